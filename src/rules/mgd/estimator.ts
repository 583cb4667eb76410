import type { CallOptions } from '../../contract/backend.ts'
import type { Block } from '../../contract/block.ts'
import type { Device } from '../../contract/device.ts'
import { type Draws, draws } from '../../random/draws.ts'
import { STREAM } from '../../random/streams.ts'
import type { Lesson, LessonSource } from '../rule.ts'
import type { EstimatorSettings } from './estimator-settings.ts'
import { type Piece, type Segment, segmentIndex, show, showOnce, slotOf } from './layout.ts'
import type { Perturbation } from './settings.ts'
import { Tally } from './tally.ts'

/** Takes C~, one per code index; the steps of one index are added up already. */
export type ChangeSink = (first: number, changes: Float64Array, count: number) => void

/** Presents lessons, perturbs, measures, and turns readings into cost changes C~; knows nothing of gradients. */
export class Estimator {
  readonly #settings: EstimatorSettings
  readonly #perturbation: Perturbation
  readonly #costNoise: Draws
  readonly #baselineNoise: Draws
  #step = 0
  #baselines = 0
  #lesson: Lesson | undefined
  #segments: Segment[] = []
  #readings = new Float64Array(0)
  #costs = new Float64Array(0)
  #changes = new Float64Array(0)
  /** Baseline readings and costs of the segments of the burst. */
  #restReadings = new Float64Array(0)
  #restCosts = new Float64Array(0)

  constructor(settings: EstimatorSettings, perturbation: Perturbation) {
    this.#settings = settings
    this.#perturbation = perturbation
    this.#costNoise = draws(settings.noiseSeed, STREAM.costNoise)
    this.#baselineNoise = draws(settings.noiseSeed, STREAM.baselineNoise)
  }

  /** Steps done since the beginning. */
  get steps(): number {
    return this.#step
  }

  /** The lessons of the last burst. */
  get lessons(): readonly Lesson[] {
    return this.#segments.map((segment) => segment.lesson)
  }

  /** Measures `steps` steps under parameters that were just stored; every C~ goes to `sink`. */
  async window(
    device: Device,
    lessons: LessonSource,
    steps: number,
    sink: ChangeSink,
    opts: CallOptions,
  ): Promise<Tally> {
    const { difference, noisyBaseline, burst } = this.#settings
    const tally = new Tally(device.sheet, difference, noisyBaseline)
    const passes = difference === 'opposite' ? 2 : 1
    for (let done = 0; done < steps; ) {
      const first = this.#next(lessons)
      const most = Math.max(1, Math.floor(burst / (first.rows * passes)))
      const count = Math.min(steps - done, most)
      const kept = this.#present(lessons, count)
      if (passes === 1) await this.#rest(device, done > 0 && kept, tally, opts)
      for (const piece of this.#pieces(count, passes)) await this.#perturbed(device, piece, tally, sink, opts)
      this.#step += count
      done += count
    }
    return tally
  }

  /** The lesson of the coming step. */
  #next(lessons: LessonSource): Lesson {
    if (this.#lesson === undefined || this.#step % this.#settings.tauX === 0) {
      this.#lesson = lessons.next()
      this.#segments = []
    }
    return this.#lesson
  }

  /** Lists the lessons of the burst; true if it begins in the middle of one. */
  #present(lessons: LessonSource, count: number): boolean {
    const { tauX } = this.#settings
    const kept = this.#segments.length > 0
    const segments: Segment[] = [{ lesson: this.#lesson as Lesson, start: 0 }]
    for (let start = tauX - (this.#step % tauX); start < count; start += tauX) {
      this.#lesson = lessons.next()
      segments.push({ lesson: this.#lesson, start })
    }
    if (kept) this.#keepLastBaseline()
    this.#segments = segments
    return kept
  }

  /** The lesson goes on: its baseline moves to the front. */
  #keepLastBaseline(): void {
    const last = this.#segments.length - 1
    const size = this.#restReadings.length / Math.max(1, this.#restCosts.length)
    this.#restReadings.copyWithin(0, last * size, (last + 1) * size)
    this.#restCosts[0] = this.#restCosts[last] ?? 0
  }

  /** Measures C0 of every lesson whose baseline is not known under the present parameters. */
  async #rest(device: Device, firstKnown: boolean, tally: Tally, opts: CallOptions): Promise<void> {
    const { cost, costNoise, noisyBaseline } = this.#settings
    const { drive, sense } = device.sheet
    const segments = this.#segments
    const fresh = firstKnown ? segments.slice(1) : segments
    const { rows } = segments[0].lesson
    const size = rows * sense.width
    this.#roomForRest(segments.length, size)
    if (fresh.length === 0) return
    const from = segments.length - fresh.length
    const slots = fresh.length * rows
    const shown = showOnce(fresh, drive.width, sense.width)
    const into = from === 0 ? this.#restReadings : this.#restReadings.subarray(from * size)
    const receipt = await device.measure({ slots, drive: shown.drive }, into, opts)
    const costs = this.#costBuffer(slots)
    cost.values(into, slots, sense.width, shown.targets, costs)
    tally.receipt(receipt)
    tally.noise(cost, into, slots, shown.targets, rows)
    for (let n = 0; n < fresh.length; n++) {
      let sum = 0
      for (let r = 0; r < rows; r++) sum += costs[n * rows + r]
      tally.cost(sum / rows)
      const noise = noisyBaseline && costNoise > 0 ? costNoise * this.#baselineNoise.normal(this.#baselines++) : 0
      this.#restCosts[from + n] = sum / rows + noise
    }
  }

  #roomForRest(count: number, size: number): void {
    if (this.#restCosts.length === count && this.#restReadings.length === count * size) return
    const [readings, costs] = [this.#restReadings, this.#restCosts]
    this.#restReadings = new Float64Array(count * size)
    this.#restCosts = new Float64Array(count)
    this.#restReadings.set(readings.subarray(0, size))
    this.#restCosts.set(costs.subarray(0, 1))
  }

  /** Cuts a burst so that no piece begins or, with opposite pairs, ends inside a code index that it does not fill. */
  #pieces(count: number, passes: 1 | 2): readonly Piece[] {
    const { tauP } = this.#settings
    const pieces: Piece[] = []
    const ahead = (tauP - (this.#step % tauP)) % tauP
    const head = Math.min(ahead, count)
    if (head > 0) pieces.push({ start: 0, steps: head, group: head, passes })
    const rest = count - head
    const tail = passes === 2 ? rest % tauP : 0
    if (rest > tail) pieces.push({ start: head, steps: rest - tail, group: tauP, passes })
    if (tail > 0) pieces.push({ start: count - tail, steps: tail, group: tail, passes })
    return pieces
  }

  async #perturbed(device: Device, piece: Piece, tally: Tally, sink: ChangeSink, opts: CallOptions): Promise<void> {
    const { tauP, cost } = this.#settings
    const { family, seed, amplitudes, first } = this.#perturbation
    const { drive, sense } = device.sheet
    const { rows } = this.#segments[0].lesson
    const slots = piece.steps * piece.passes * rows
    const shown = show(piece, this.#segments, drive.width, sense.width)
    const index = first + Math.floor((this.#step + piece.start) / tauP)
    const block: Block = {
      slots,
      drive: shown.drive,
      delta: {
        kind: 'code',
        family,
        seed,
        first: index,
        amplitudes,
        hold: piece.group * rows,
        pairing: piece.passes === 2 ? 'opposite' : 'single',
      },
    }
    if (this.#readings.length < slots * sense.width) this.#readings = new Float64Array(slots * sense.width)
    const receipt = await device.measure(block, this.#readings, opts)
    const costs = this.#costBuffer(slots)
    cost.values(this.#readings, slots, sense.width, shown.targets, costs)
    tally.receipt(receipt)
    if (piece.passes === 2) tally.noise(cost, this.#readings, slots, shown.targets, rows)
    const codes = Math.ceil(piece.steps / piece.group)
    if (this.#changes.length < codes) this.#changes = new Float64Array(codes)
    this.#changes.fill(0, 0, codes)
    if (piece.passes === 2) this.#pairs(piece, rows, sense.width, tally)
    else this.#againstBaseline(piece, rows, sense.width, tally)
    sink(index, this.#changes, codes)
  }

  /** C~ = C - C0 for every step of a piece. */
  #againstBaseline(piece: Piece, rows: number, width: number, tally: Tally): void {
    const { costNoise } = this.#settings
    const size = rows * width
    for (let s = 0; s < piece.steps; s++) {
      const segment = segmentIndex(this.#segments, piece.start + s)
      let sum = 0
      for (let r = 0; r < rows; r++) sum += this.#costs[s * rows + r]
      const noise = costNoise > 0 ? costNoise * this.#costNoise.normal(this.#step + piece.start + s) : 0
      const change = this.#accept(sum / rows + noise - this.#restCosts[segment], tally)
      this.#changes[Math.floor(s / piece.group)] += change
      tally.signal(this.#readings, s * size, this.#restReadings, segment * size, size, 1)
    }
  }

  /** C~ = (C+ - C-) / 2 for every step of a piece. */
  #pairs(piece: Piece, rows: number, width: number, tally: Tally): void {
    const { costNoise } = this.#settings
    const size = rows * width
    for (let s = 0; s < piece.steps; s++) {
      const plus = slotOf(piece, s, 0, rows)
      const minus = slotOf(piece, s, 1, rows)
      let up = 0
      let down = 0
      for (let r = 0; r < rows; r++) {
        up += this.#costs[plus + r]
        down += this.#costs[minus + r]
      }
      tally.cost((up + down) / (2 * rows))
      const step = this.#step + piece.start + s
      const noise =
        costNoise > 0 ? costNoise * (this.#costNoise.normal(2 * step) - this.#costNoise.normal(2 * step + 1)) : 0
      this.#changes[Math.floor(s / piece.group)] += this.#accept(((up - down) / rows + noise) / 2, tally)
      tally.signal(this.#readings, plus * width, this.#readings, minus * width, size, 0.5)
    }
  }

  /** A change that is no number counts as none; a large one is held at the clip. */
  #accept(change: number, tally: Tally): number {
    const { clip } = this.#settings
    if (!Number.isFinite(change)) {
      tally.discarded()
      return 0
    }
    const accepted = Math.min(Math.max(change, -clip), clip)
    tally.change(accepted)
    return accepted
  }

  #costBuffer(slots: number): Float64Array {
    if (this.#costs.length < slots) this.#costs = new Float64Array(slots)
    return this.#costs
  }
}
