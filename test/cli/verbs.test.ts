import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasPty, isAlive, until } from '../bench-boards/tools.ts'
import { FROM_SOURCES, insitu, lastJson, scratch, start } from './tools.ts'

describe('devices', () => {
  it('says what a machine is and offers, and which rules fit', async () => {
    const running = start(['devices', 'sim:mgd-chip', 'sim:firmware', '--json'], FROM_SOURCES)
    expect(await running.ended()).toBe(0)
    const [chip, twin] = lastJson(running.out()) as unknown as Record<string, unknown>[]
    expect(chip).toMatchObject({
      device: 'sim:mgd-chip',
      kind: 'simulator',
      facets: expect.arrayContaining(['codes', 'learn', 'state']),
    })
    expect(chip.rules).toContainEqual(
      expect.objectContaining({ name: 'mgd-on-chip', fits: true, lacks: [], knows: 'nothing' }),
    )
    expect(twin).toMatchObject({ device: 'sim:firmware', parameters: 35 })
    expect(running.err()).toContain('needs learn')
  })
})

describe.skipIf(!hasPty())('board', { timeout: 60_000 }, () => {
  it('ends with a word when its process has died, and takes its link away', async () => {
    const link = join(scratch(), 'lattice0')
    const running = start(['board', '--target', 'lattice', '--link', link, '--json'])
    expect(await until(() => running.out().includes('\n'), 40_000)).toBe(true)
    const { pid } = lastJson(running.out())
    process.kill(Number(pid), 'SIGKILL')
    expect(await running.ended()).toBe(1)
    expect(running.err()).toContain('LINK_LOST')
    expect(existsSync(link)).toBe(false)
  })

  it('prints its port, keeps it until a signal, and leaves nothing behind', async () => {
    const link = join(scratch(), 'chip0')
    const running = start(['board', '--link', link, '--json'])
    expect(await until(() => running.out().includes('\n'), 40_000)).toBe(true)
    const { path, pid } = lastJson(running.out())
    expect(path).toBe(link)
    expect(existsSync(link)).toBe(true)
    const { code, out } = await insitu(
      'bench',
      'link',
      '--device',
      `serial:${link}`,
      '--bursts',
      '1,256',
      '--seconds',
      '0.3',
      '--json',
    )
    expect(code).toBe(0)
    const [single, burst] = lastJson(out) as unknown as Record<string, number>[]
    expect(single).toMatchObject({ baud: 115_200, burst: 1 })
    // Two frames of 16 bytes or more at 115,200 baud: 2.7 ms at least. A burst pays that once.
    expect(single.medianMs).toBeGreaterThan(2.7)
    expect(burst.readsPerSecond).toBeGreaterThan(5 * single.readsPerSecond)
    expect(burst.readsPerSecond).toBeLessThanOrEqual(1.02 * burst.wireLimit)
    running.child.kill('SIGINT')
    expect(await running.ended()).toBe(0)
    expect(isAlive(Number(pid))).toBe(false)
    expect(existsSync(link)).toBe(false)
  })
})

describe('help', () => {
  it.each([[], ['train'], ['reproduce'], ['devices'], ['board'], ['bench', 'link'], ['report']].map((verb) => [verb]))(
    '%j teaches by example',
    async (verb) => {
      const { code, out } = await insitu(...verb, '--help')
      expect(code).toBe(0)
      expect(out).toContain('Examples:')
      expect(out).toMatch(/\n {2}\$? ?insitu /)
    },
  )
})
