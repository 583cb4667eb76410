import { setImmediate as breathe } from 'node:timers/promises'
import { chainTwin } from '../../twins/chain.ts'
import { systemClock } from '../clock.ts'
import type { Console } from '../console.ts'
import { look } from '../experiments/chain/look.ts'
import {
  chainDesign,
  designTwins,
  hadamard,
  heldBanks,
  joined,
  randomPatterns,
  simulatedHalves,
  startOf,
} from '../experiments/chain/machines.ts'
import { digitScenes, SIDE } from '../experiments/chain/scenes.ts'
import { CHAIN_SETTINGS, type ChainSettings, type Trained } from '../experiments/chain/settings.ts'
import { type ChainTraining, chainTraining } from '../experiments/chain/training.ts'
import { trusted } from '../experiments/chain/trusted.ts'
import { type WiredHalves, wiredHalves } from '../experiments/chain/wired.ts'
import { defaultsOf } from '../experiments/settings.ts'
import { type Interrupts, watchInterrupts } from '../interrupts.ts'
import { percent, progressLine } from '../train/progress.ts'
import { digitLines, type ShownDigit, shownDigits } from './digits.ts'

export interface ChainDemo {
  readonly patterns: number
  readonly rule: 'chip-in-the-loop' | 'mgd'
  readonly wire: boolean
  /** Passes over the training digits; default by rule and wire. */
  readonly epochs: number | undefined
  readonly seed: number
}

/** What the demonstration tells a program. */
export interface ChainDemoResult extends Omit<ChainDemo, 'epochs'> {
  readonly demo: 'chain'
  readonly epochs: number
  /** The user ended the training before its time. */
  readonly stopped: boolean
  /** Share of held-out digits told right; with the fixed patterns if the user stopped before others were trained. */
  readonly accuracy: number
  /** The same chain with fixed cake-cutting Hadamard patterns, its chip trained as long; null if the user stopped before. */
  readonly fixedAccuracy: number | null
  readonly readingsPerDigit: number
  readonly pixelsNeverFormed: number
  readonly ports: readonly string[]
  readonly digits: readonly ShownDigit[]
  readonly seconds: number
}

/** Passes that show the point within a minute: on lines a pass takes longer, and readings alone need more of them. */
const EPOCHS = { 'chip-in-the-loop': { here: 40, wire: 12 }, mgd: { here: 200, wire: 20 } } as const

/** Slots of a piece on the wire: half of a batch, so that both machines work at the same time in training too. */
const PIECE = 8

/** Digits that are shown one by one at the end. */
const SHOWN = 10

/** Trains an encoder and a chip as one and shows what they make of digits that nobody ever saw an image of. */
export async function demoChain(demo: ChainDemo, console: Console): Promise<ChainDemoResult> {
  const began = systemClock.monotonic()
  const epochs = demo.epochs ?? EPOCHS[demo.rule][demo.wire ? 'wire' : 'here']
  const data = digitScenes(demo.seed)
  const settings = settingsOf(demo, epochs, data.train.rows)
  const design = await chainDesign(settings, data.train)
  const twins = designTwins(design)
  const { colors } = console
  console.say(
    `${demo.patterns} patterns, one detector, a chip ${design.chip.layers.join('-')}: no image of ${SIDE}x${SIDE} pixels is formed`,
  )
  let boards: WiredHalves | undefined
  using interrupts = watchInterrupts({
    heard: (_, action) =>
      console.say(action === 'stop' ? 'stopping after this step (again to abort now)' : 'aborting (again to halt)'),
    halt: () => boards?.kill(),
  })
  await using wired = demo.wire ? await wiredHalves(design, settings, demo.seed) : undefined
  boards = wired
  const halves = wired ?? simulatedHalves(design, settings, demo.seed)
  await using device = joined(halves, demo.wire ? { piece: PIECE } : {})
  console.say(
    wired === undefined
      ? 'simulators: an encoder whose detector is noisy, a chip that is 20 % off its design'
      : `emulated firmware: an encoder on ${wired.ports[0]}, a chip on ${wired.ports[1]}; each works on the next piece while the other works on this one`,
  )
  const starts = {
    both: startOf(design, randomPatterns(demo.patterns, demo.seed), demo.seed),
    chip: startOf(design, hadamard(demo.patterns), demo.seed),
  }
  if (demo.rule === 'chip-in-the-loop') await trusted(halves, twins, starts.both, data.train)
  const twin = chainTwin(twins.encoder, twins.chip)
  const setup = (trained: 'both' | 'chip') =>
    chainTraining(
      device,
      twin,
      { ...settings, rule: demo.rule },
      {
        ...{ start: starts[trained], held: heldBanks(device, trained as Trained), rows: data.train, seed: demo.seed },
      },
    )
  const run = async (name: string, training: ChainTraining) => {
    await followed(name, training, console, interrupts)
    const seen = await look(training.device, data.test, interrupts.signal)
    console.say(
      `${name}: ${percent(seen.accuracy)} of ${data.test.rows} held-out digits right${interrupts.stopping ? ', stopped early' : ''}`,
    )
    return seen
  }
  const fixed = await run('fixed patterns, the chip learns', setup('chip'))
  const fixedWhole = !interrupts.stopping
  const learned = interrupts.stopping ? fixed : await run('patterns and chip learn together', setup('both'))
  if (!fixedWhole) console.say('the patterns were not trained')
  const digits = shownDigits(learned, data.test, SHOWN)
  console.say(colors.bold(`\n${learned.readingsPerDigit} readings a digit, in V, and the chip's answer:`))
  for (const line of digitLines(digits, colors)) console.say(line)
  return {
    ...{ demo: 'chain', patterns: demo.patterns, rule: demo.rule, wire: demo.wire, epochs, seed: demo.seed },
    stopped: interrupts.stopping,
    accuracy: learned.accuracy,
    fixedAccuracy: fixedWhole ? fixed.accuracy : null,
    readingsPerDigit: learned.readingsPerDigit,
    pixelsNeverFormed: SIDE * SIDE,
    ports: wired?.ports ?? [],
    digits,
    seconds: systemClock.monotonic() - began,
  }
}

function settingsOf({ patterns, rule }: ChainDemo, epochs: number, rows: number): ChainSettings {
  const usual = defaultsOf(CHAIN_SETTINGS)
  // Updates more often than in a training without an end in sight.
  const samples = 256
  const reads = 2 * rows * epochs * usual.codes
  return { ...usual, patterns, epochs, samples, reads, rule }
}

/** Trains to the end, or to the user's first signal, and says how far it is. */
async function followed(
  name: string,
  training: ChainTraining,
  console: Console,
  interrupts: Interrupts,
): Promise<void> {
  const began = systemClock.monotonic()
  let shown = began
  for await (const { step, cost, totalSlots } of training.run(interrupts.signal)) {
    const now = systemClock.monotonic()
    if (now - shown < 0.25) continue
    shown = now
    const line = progressLine({
      cost,
      reads: totalSlots,
      share: step / training.steps,
      seconds: now - began,
    })
    console.progress(`${name}: ${line}`)
    // Signals are seen between turns of the event loop.
    await breathe()
    if (interrupts.stopping) break
  }
}
