import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkPlace, writeText } from '../../src/cli/files.ts'
import { insitu, lastJson, scratch } from './tools.ts'

describe('where a file may go', () => {
  it('is a name in a folder that is there', () => {
    const folder = scratch()
    const file = join(folder, 'a.html')
    expect(() => checkPlace(file, '--out')).not.toThrow()
    expect(existsSync(file)).toBe(false)
    writeText(file, 'x', '--out')
    expect(() => checkPlace(file, '--out')).not.toThrow()
    const refused = (place: string) => {
      try {
        checkPlace(place, '--out')
      } catch (error) {
        return error
      }
      return undefined
    }
    for (const [place, why] of [
      [folder, 'it is a directory'],
      [join(folder, 'none', 'a.html'), 'there is no directory '],
      [join(file, 'a.html'), 'is no directory'],
      ['', 'it needs a name'],
    ]) {
      expect(refused(place)).toMatchObject({
        code: 'CONFIG',
        message: expect.stringContaining(why),
        hint: 'choose another place with --out',
      })
    }
  })
})

const full = existsSync('/dev/full')
if (!full) console.log('skipped: no /dev/full here, so no page that fails in the end')

describe('reproduce --report', () => {
  it('is refused before the run if its page cannot be written', async () => {
    const { code, out, err } = await insitu('reproduce', 'lattice-forward', '--report', '/nonexistent/x.html')
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toMatch(/^CONFIG \/nonexistent\/x.html cannot be written: there is no directory \/nonexistent\n/)
  })

  it.skipIf(!full)('that fails in the end costs nobody the result', async () => {
    const { code, out, err } = await insitu('reproduce', 'lattice-forward', '--report', '/dev/full', '--json')
    expect(code).toBe(1)
    expect(err).toContain('RECORD /dev/full cannot be written: ENOSPC')
    expect(lastJson(out)).toMatchObject({ experiment: 'lattice-forward', metrics: { uy: {} } })
  })

  it('writes over an earlier page', async () => {
    const file = join(scratch(), 'x.html')
    writeFileSync(file, 'old')
    expect((await insitu('reproduce', 'lattice-forward', '--report', file)).code).toBe(0)
  })
})

describe('reproduce --list', () => {
  it('lines its summaries up', async () => {
    const { out } = await insitu('reproduce', '--list')
    const columns = out
      .trimEnd()
      .split('\n')
      .map((line) => /^ {2}\S+ +/.exec(line)?.[0].length)
    expect(new Set(columns).size).toBe(1)
  })
})
