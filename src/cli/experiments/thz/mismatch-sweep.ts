import type { MismatchSettings } from './mismatch-settings.ts'

/** A mismatch on its own, by its name. */
export interface SweepCase {
  readonly name: string
  readonly settings: MismatchSettings
}

/** Every kind of mismatch in a few sizes, all others left out; shifts are in pixels. */
export function sweepCases(settings: MismatchSettings): readonly SweepCase[] {
  const none: MismatchSettings = {
    ...settings,
    ...{ shiftUm: [0, 0], rotationMrad: 0, magnification: 0, distanceError: 0, indexError: 0, lifetimeUs: 0, depth: 1 },
  }
  const kinds: readonly (readonly [string, Partial<MismatchSettings>])[] = [
    ['none', {}],
    ...[0.5, 1, 3].map((pixels) => [`shift ${pixels} px`, { shiftUm: [pixels * settings.pitchUm, 0] }] as const),
    ...[5, 20, 50].map((mrad) => [`rotation ${mrad} mrad`, { rotationMrad: mrad }] as const),
    ...[0.005, 0.02, 0.05].map((part) => [`magnification ${100 * part} %`, { magnification: part }] as const),
    ...[-0.05, 0.05, 0.2].map((part) => [`distance ${100 * part} %`, { distanceError: part }] as const),
    ...[-0.02, 0.02, 0.1].map((part) => [`index ${100 * part} %`, { indexError: part }] as const),
    ['index of vacuum', { indexError: 1 / settings.index - 1 }],
    ['no wave', { method: 'tv' }],
    ['depth 0.3', { depth: 0.3 }],
    // Carriers spread in a sheet, and a deep sheet is far from straight: of bare silicon's depth, the spread alone is seen.
    ...[0.1, 1, 10].map((us) => [`depth 0.3, lifetime ${us} us`, { lifetimeUs: us, depth: 0.3 }] as const),
    ['depth 0.99, lifetime 0.1 us', { lifetimeUs: 0.1, depth: 0.99 }],
    ...[50, 40, 30].map((db) => [`noise ${db} dB`, { snrDb: db }] as const),
  ]
  return kinds.map(([name, changed]) => ({ name, settings: { ...none, ...changed } }))
}
