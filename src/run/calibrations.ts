import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InsituError } from '../errors.ts'
import { type CalibrationKey, readCalibration, writeCalibration } from '../twins/cache.ts'
import type { Calibration } from '../twins/calibration.ts'
import type { Twin } from '../twins/twin.ts'
import { makeFolder, writeWhole } from './files.ts'
import { checksum } from './line.ts'

/** A calibration and where it is from. */
export interface Kept {
  readonly calibration: Calibration
  /** Whether it was read, or measured now because of `why`. */
  readonly cached: boolean
  readonly why?: string
}

/** Calibrations kept in a folder: one file for each pair of machine and twin. */
export class CalibrationCache {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** The file of a key; its version and the machine's settings do not matter, so that a newer calibration takes the older's place. */
  path({ device, twin }: CalibrationKey): string {
    const plain = `${device} ${twin}`.replace(/[^A-Za-z0-9.]+/g, '-').slice(0, 80)
    return join(this.folder, `${plain}-${checksum(JSON.stringify([device, twin]))}.json`)
  }

  /** The calibration that is kept; throws `RECORD` where there is none, it is damaged, or it holds for something else. */
  read(twin: Twin, key: CalibrationKey): Calibration {
    const path = this.path(key)
    return readCalibration(textOf(path), twin, key, path)
  }

  /** Keeps a calibration in place of the one before; throws `RECORD` where it cannot be written. */
  write(key: CalibrationKey, calibration: Calibration): void {
    makeFolder(this.folder)
    writeWhole(this.path(key), writeCalibration(key, calibration))
  }

  /** The calibration that is kept, or one measured now and kept. */
  async obtain(twin: Twin, key: CalibrationKey, measure: () => Promise<Calibration>): Promise<Kept> {
    try {
      return { calibration: this.read(twin, key), cached: true }
    } catch (error) {
      if (!(error instanceof InsituError && error.code === 'RECORD')) throw error
      const calibration = await measure()
      this.write(key, calibration)
      return { calibration, cached: false, why: error.message }
    }
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new InsituError('RECORD', `there is no calibration at ${path}`, { cause, hint: 'calibrate first' })
  }
}
