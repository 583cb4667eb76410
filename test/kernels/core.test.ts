import { describe, expect, test } from 'vitest'
import { chipEngine } from '../../src/kernels/core/engine.ts'
import { type ChipEngine, type ChipProgram, NOWHERE, route } from '../../src/kernels/core/program.ts'
import { Rho } from '../../src/kernels/core/rho.ts'
import { type CoreSettings, emptySettings, FLAG, RESET, SIZE, TYPES } from '../../src/kernels/core/settings.ts'
import { randomProgram, sideBySide } from './core-networks.ts'

const PATHS = ['oracle', 'events', 'popcount', 'auto'] as const
const SEED = 11

/** A chip of one core of which nothing is set, for `set` to fill. */
function chip(neurons: number, set: (core: CoreSettings, program: ChipProgram) => void): ChipProgram {
  const core = emptySettings(neurons, SEED, 0)
  core.threshold.fill(262143)
  const [routes, lines] = [new Int32Array(SIZE).fill(NOWHERE), new Int32Array(SIZE).fill(NOWHERE)]
  const program = { cores: [core], routes, lines, outputs: SIZE, potential: new Int32Array(SIZE) }
  set(core, program)
  return program
}

const close = ({ crossbar }: CoreSettings, axon: number, neuron: number) => {
  crossbar[axon * 8 + (neuron >> 5)] |= 1 << (neuron & 31)
}

/** Neurons that spiked in the last tick. */
const fired = (engine: ChipEngine, core = 0) => {
  const spikes = engine.spikes(core)
  return Array.from({ length: SIZE }, (_, j) => j).filter((j) => ((spikes[j >> 5] >>> (j & 31)) & 1) === 1)
}

describe('all paths give the spikes, potentials, counts and operations of the oracle', () => {
  test('on 50 random networks with every mode', () => {
    let spikes = 0
    for (let seed = 0; seed < 50; seed++) {
      const program = randomProgram(seed, { cores: 3, neurons: 36 })
      const engines = PATHS.map((path) => chipEngine(program, { path }))
      const result = sideBySide(engines, seed, 14, 2 ** 32 - 7)
      expect(result.differs, `seed ${seed}`).toBeUndefined()
      spikes += result.spikes
    }
    expect(spikes).toBeGreaterThan(4000)
  })

  test('over 10,000 ticks of a small network', () => {
    const program = randomProgram(31, { cores: 3, neurons: 12 })
    const engines = PATHS.map((path) => chipEngine(program, { path }))
    const { spikes, differs } = sideBySide(engines, 31, 10_000)
    expect(differs).toBeUndefined()
    expect(spikes).toBeGreaterThan(10_000)
  })

  test('on full cores', () => {
    const program = randomProgram(5, { cores: 3, neurons: SIZE })
    expect(program.cores.map(({ neurons }) => neurons)).toEqual([156, 184, 92])
    const { spikes, differs } = sideBySide(
      PATHS.map((path) => chipEngine(program, { path })),
      1,
      12,
    )
    expect(differs).toBeUndefined()
    expect(spikes).toBeGreaterThan(1000)
  })

  test('after rests and changes in the middle of a run', () => {
    const [program, other] = [60, 61].map((seed) => randomProgram(seed, { cores: 1, neurons: 30 }))
    const engines = PATHS.map((path) => chipEngine(program, { path }))
    const [core] = program.cores
    for (const part of ['crossbar', 'neurons', 'all'] as const) {
      expect(sideBySide(engines, 3, 15).differs).toBeUndefined()
      if (part !== 'neurons') core.crossbar.set(other.cores[0].crossbar.map((word, n) => word ^ core.crossbar[n]))
      if (part !== 'crossbar')
        for (let j = 0; j < SIZE; j++) core.weight.copyWithin(j * TYPES, j * TYPES + 1, j * TYPES + 4)
      core.leak.fill(part === 'crossbar' ? core.leak[0] : 7)
      for (const engine of engines) {
        engine.changed(0, part === 'crossbar' ? 'all' : part)
        engine.rest()
      }
    }
    expect(sideBySide(engines, 4, 15).differs).toBeUndefined()
  })
})

describe.each(PATHS)('a core by %s', (path) => {
  const run = (program: ChipProgram, ticks: number, each: (t: number, engine: ChipEngine) => void) => {
    const engine = chipEngine(program, { path })
    const counts = new Int32Array(program.outputs)
    for (let t = 0; t < ticks; t++) {
      engine.tick(t, counts)
      each(t, engine)
    }
    return { engine, counts }
  }

  test('a spike arrives after its delay, from 1 to 15 ticks', () => {
    const program = chip(32, (core, { routes, potential }) => {
      for (let d = 1; d <= 15; d++) {
        // Neuron d spikes in tick 0, neuron 16 + d when its axon hears of it.
        core.threshold[d] = potential[d] = 5
        core.threshold[16 + d] = core.weight[(16 + d) * TYPES] = 1
        routes[d] = route(0, 100 + d, d)
        close(core, 100 + d, 16 + d)
      }
    })
    const seen: number[][] = []
    run(program, 33, (_, engine) => seen.push(fired(engine)))
    expect(seen[0]).toEqual(Array.from({ length: 15 }, (_, n) => n + 1))
    for (let t = 1; t < 33; t++) expect(seen[t]).toEqual(t <= 15 ? [16 + t] : [])
  })

  test('spikes that meet at an axon are one', () => {
    const program = chip(3, (core, { routes, potential }) => {
      for (const [j, delay] of [1, 2].entries()) {
        core.leak[j] = 3 - delay
        core.threshold[j] = 2
        routes[j] = route(0, 7, delay)
      }
      potential[1] = 1
      core.weight[2 * TYPES] = 10
      close(core, 7, 2)
    })
    // Neuron 0 spikes at 0 after 1 tick, neuron 1 at 0 after 2; at 1 the former again, and both reach the axon for tick 2.
    const { engine } = run(program, 2, () => {})
    engine.inject(0, 7)
    engine.inject(0, 7)
    engine.tick(2, new Int32Array(SIZE))
    expect(engine.potentials(0)[2]).toBe(20)
    expect(engine.operations).toBe(2)
  })

  test('a potential holds to 20 bits at both ends', () => {
    const program = chip(4, (core, { potential }) => {
      potential.set([524280, -524280, 524287, -524288])
      core.weight[0] = 255
      core.weight[TYPES] = -256
      core.leak.set([0, 0, 255, -256])
      core.reset.fill(RESET.none)
      close(core, 0, 0)
      close(core, 0, 1)
    })
    const engine = chipEngine(program, { path })
    engine.inject(0, 0)
    engine.tick(0, new Int32Array(SIZE))
    expect([...engine.potentials(0).subarray(0, 4)]).toEqual([524287, -524288, 524287, -524288])
  })

  test('a sum of 256 weights is taken in full before it is held to 20 bits', () => {
    const program = chip(3, (core, { potential }) => {
      core.weight.set([-256, 0, 0, 0, 255, 0, 0, 0, 255, -255, 0, 0])
      core.axonType.fill(1, 128)
      core.weight[1] = -256
      core.weight[TYPES + 1] = 255
      core.reset.fill(RESET.none)
      potential[2] = 524287
      for (let a = 0; a < SIZE; a++) for (let j = 0; j < 3; j++) close(core, a, j)
    })
    const engine = chipEngine(program, { path })
    for (let a = 0; a < SIZE; a++) engine.inject(0, a)
    engine.tick(0, new Int32Array(SIZE))
    expect([...engine.potentials(0).subarray(0, 3)]).toEqual([-65536, 65280, 524287])
  })

  test('the reset table, row by row, at its borders too', () => {
    const [alpha, beta, R] = [50, 30, 4]
    const rho = new Rho(SEED, 0)
    rho.at(0)
    const wanted: { j: number; v: number; spike: boolean }[] = []
    const rows = [0, 255].flatMap((mask) =>
      ([RESET.value, RESET.subtract, RESET.none] as const).flatMap((gamma) =>
        [0, 1].flatMap((kappa) =>
          ['spike', 'border', 'neither', 'edge', 'below'].map((region) => ({ mask, gamma, kappa, region })),
        ),
      ),
    )
    const program = chip(rows.length, (core, { potential }) => {
      rows.forEach(({ mask, gamma, kappa, region }, j) => {
        const eta = (rho.neuron(j) >>> 8) & mask
        const bottom = beta + (kappa === 1 ? 0 : eta)
        core.threshold[j] = alpha
        core.thresholdMask[j] = mask
        core.negativeThreshold[j] = beta
        core.resetPotential[j] = R
        core.reset[j] = gamma
        core.flags[j] = kappa === 1 ? FLAG.saturateBelow : 0
        const from: Record<string, number> = {
          ...{ spike: alpha + eta + 3, border: alpha + eta, neither: alpha + eta - 1 },
          ...{ edge: -bottom, below: -bottom - 2 },
        }
        potential[j] = from[region]
        const spike = region === 'spike' || region === 'border'
        let v = from[region]
        if (spike) v = [R, v - (alpha + eta), v][gamma]
        else if (region === 'below') v = kappa === 1 ? -beta : [-R, v + beta + eta, v][gamma]
        wanted.push({ j, v, spike })
      })
    })
    run(program, 1, (_, engine) => {
      const v = engine.potentials(0)
      const spikes = new Set(fired(engine))
      expect(rows.map((row, j) => ({ ...row, v: v[j], spike: spikes.has(j) }))).toEqual(
        rows.map((row, j) => ({ ...row, v: wanted[j].v, spike: wanted[j].spike })),
      )
    })
  })

  test('a reversed leak runs to zero or away from it, and never rings', () => {
    const program = chip(6, (core, { potential }) => {
      potential.set([7, -7, 0, 7, -7, 0])
      core.leak.set([-5, -5, -5, 5, 5, 5])
      core.flags.fill(FLAG.leakReversal)
      core.negativeThreshold.fill(262143)
    })
    const seen: number[][] = []
    run(program, 3, (_, engine) => seen.push([...engine.potentials(0).subarray(0, 6)]))
    expect(seen).toEqual([
      [2, -2, 0, 12, -12, 0],
      [0, 0, 0, 17, -17, 0],
      [0, 0, 0, 22, -22, 0],
    ])
  })

  test('stochastic leaks, thresholds and weights act as often as they should', () => {
    const [ticks, third] = [60, 80]
    const program = chip(3 * third, (core, { lines, potential }) => {
      core.reset.fill(RESET.none)
      core.axonType.fill(3)
      core.negativeThreshold.fill(262143)
      for (let j = 0; j < third; j++) {
        core.leak[j] = -99
        core.flags[j] = FLAG.stochasticLeak
        core.stochasticWeight[third + j] = 8
        core.weight[(third + j) * TYPES + 3] = 200
        close(core, 9, third + j)
        const masked = 2 * third + j
        core.threshold[masked] = 0
        core.thresholdMask[masked] = 255
        lines[masked] = 0
      }
      potential.fill(29, 2 * third)
    })
    const engine = chipEngine(program, { path })
    const counts = new Int32Array(program.outputs)
    for (let t = 0; t < ticks; t++) {
      engine.inject(0, 9)
      engine.tick(t, counts)
    }
    const sum = (from: number) =>
      engine
        .potentials(0)
        .subarray(from, from + third)
        .reduce((a, b) => a + b)
    for (const [hits, p] of [
      [-sum(0), 100 / 256],
      [sum(third), 201 / 256],
      [counts[0], 30 / 256],
    ]) {
      const n = ticks * third
      expect(Math.abs(hits - n * p)).toBeLessThan(4 * Math.sqrt(n * p * (1 - p)))
    }
  })
})

test('more cores than a memory holds are refused', () => {
  const [core] = chip(1, () => {}).cores
  const cores = Array.from({ length: 24_100 }, () => core)
  const program = { ...chip(1, () => {}), cores }
  expect(() => chipEngine(program)).toThrow(/a memory holds 2\d{4}, 24100 were given/)
})
