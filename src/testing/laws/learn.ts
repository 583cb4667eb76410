import type { Family } from '../../contract/block.ts'
import { type LearnJob, learnSlots } from '../../contract/facets.ts'
import { bankOffsets } from '../../contract/sheet.ts'
import type { Bench } from '../bench.ts'
import { type HostRun, hostMgd, rateFor } from '../host-mgd.ts'
import { demand, type Law } from '../law.ts'

const FAMILIES: readonly Family[] = ['random', 'walsh', 'sequential', 'sinusoid']
const ROWS = 3
const HOLD = 4
/** Not a multiple of HOLD, so that parameters change while a sample is held. */
const UPDATE_EVERY = 3

/** Part of a move by which fixed-point gains and one step more or less on the way may change it. */
const FIXED_POINT = 0.01

/** One law per family: learning on board is the host's loop over store and measure. */
export const learn: readonly Law[] = FAMILIES.map((family) => ({
  name: `learning on board with ${family} codes is the host's discrete MGD`,
  unless: (bench) => {
    const { learn, codes } = bench.facets
    if (learn === undefined) return 'the machine has no learn facet'
    if (codes !== undefined && !codes.families.includes(family))
      return `the machine generates ${codes.families.join(', ')}`
    return undefined
  },
  check: async (bench) => {
    const inputs = bench.inputs()
    const theta = inputs.theta()
    const base: LearnJob = {
      rows: ROWS,
      drive: inputs.drive(ROWS).data,
      target: inputs.target(ROWS),
      hold: HOLD,
      updateEvery: UPDATE_EVERY,
      code: {
        kind: 'code',
        family,
        seed: inputs.seed(),
        first: 2,
        amplitudes: inputs.amplitudes(),
        hold: 1,
        pairing: 'single',
      },
      rate: 1,
    }
    // Large enough to stand out from steps, small enough to stay beside theta within the limits.
    const wanted = Math.min(...base.code.amplitudes) / 8
    const rate = await bench.device((device) => rateFor(device, theta, base, wanted))
    const job = { ...base, rate }
    const host = await bench.device((device) => hostMgd(device, theta, job))
    const [board, costs] = await bench.device(async (device) => {
      const into = [new Float64Array(theta.length), new Float64Array(ROWS)] as const
      await device.store(theta)
      const receipt = await device.learn?.run(job, into[1], into[0])
      const slots = learnSlots(job)
      demand(receipt?.slots === slots, `a receipt of ${slots} slots, baselines included`, `${receipt?.slots}`)
      return into
    })
    checkMove(bench, theta, host, board)
    checkCosts(bench, host, costs)
  },
}))

function stepped(bench: Bench): boolean {
  const { banks, drive, sense } = bench.sheet
  return [...banks, drive, sense].some((port) => port.step > 0)
}

function checkMove(bench: Bench, start: Float64Array, host: HostRun, board: Float64Array): void {
  const { sheet } = bench
  const offsets = bankOffsets(sheet)
  const sigmas = bench.sigmas
  let most = 0
  for (let i = 0; i < start.length; i++) most = Math.max(most, Math.abs(host.theta[i] - start[i]))
  sheet.banks.forEach((bank, b) => {
    const exact = stepped(bench) ? 1.5 * bank.step + FIXED_POINT * most : 1e-9 * most
    for (let i = offsets[b]; i < offsets[b + 1]; i++) {
      const tolerance = exact + sigmas * Math.sqrt(2 * host.variance[i])
      demand(
        Math.abs(board[i] - host.theta[i]) <= tolerance,
        `theta[${i}] (${bank.name}) to move from ${start[i]} to ${host.theta[i]} ${bank.unit} within ${tolerance}`,
        `${board[i]}`,
      )
    }
  })
}

function checkCosts(bench: Bench, host: HostRun, costs: Float64Array): void {
  const { step, noise } = bench.sheet.sense
  const sigmas = bench.sigmas
  for (let row = 0; row < ROWS; row++) {
    const wanted = host.costs[row]
    // A cost is summed in whole steps squared (up to 16 dropped), and its parameters may lie one step off.
    const rounding = stepped(bench) ? FIXED_POINT * wanted + 32 * step * step : 1e-9 * wanted + 1e-15
    const tolerance = rounding + sigmas * noise * (2 * Math.sqrt(wanted) + sigmas * noise)
    demand(
      Math.abs(costs[row] - wanted) <= tolerance,
      `mean baseline cost ${wanted} of sample ${row} within ${tolerance}`,
      `${costs[row]}`,
    )
  }
}
