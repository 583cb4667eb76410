import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openChannel, parseUri } from '../../drivers/index.ts'
import { pty } from '../../sim/bench/index.ts'
import { mgdChip } from '../../sim/index.ts'
import { iris } from '../../src/cli/tasks/iris.ts'
import { onChipPlan } from '../../src/cli/train/plan.ts'
import { attach } from '../../src/contract/device.ts'
import { hasPty } from '../bench-boards/tools.ts'
import { startBoard } from '../setup/boards.ts'
import { insitu, lastJson, scratch } from './tools.ts'

const train = (...args: readonly string[]) => {
  const runs = join(scratch(), 'runs')
  return insitu('train', '--runs', runs, ...args)
}

describe('a command that cannot be carried out', () => {
  it.each([
    ['an unknown device', ['--device', 'chip'], 'UNKNOWN_DEVICE there is no device "chip"; nothing was opened'],
    ['an unknown task', ['--task', 'mnist'], 'UNKNOWN_TASK there is no task "mnist"; tasks are iris, xor, digits'],
    ['an unknown preset', ['--device', 'sim:mgd-chip:gold'], 'CONFIG mgd-chip: preset must be one of ideal,'],
    ['a bad seed', ['--seed', '-1'], 'CONFIG --seed must be a whole number from 0 to 4294967295, got "-1"'],
    ['a budget that is no number', ['--reads', 'many'], 'CONFIG --reads must be a whole number from 1, got "many"'],
    ['a setting of a board', ['--set', 'readNoise=1 mV'], 'CONFIG --set changes a simulated machine'],
    ['a wrong unit', ['--device', 'sim:mgd-chip', '--set', 'readNoise=3 kg'], 'UNITS'],
    ['an absent port', ['--device', 'serial:/dev/ttyNONE9'], 'PORT_ABSENT /dev/ttyNONE9 does not exist'],
    ['a malformed address', ['--device', 'tcp://nohost'], 'CONFIG device address must be'],
  ])('says so once, with code, reason and exit code 2: %s', async (_what, args, message) => {
    const { code, out, err } = await train(...args)
    expect(err).toContain(message)
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).not.toContain('    at ')
  })

  it('gives programs one JSON line with code, message and hint', async () => {
    const { code, out } = await train('--device', 'chip', '--json')
    expect(code).toBe(2)
    expect(lastJson(out)).toMatchObject({
      error: 'UNKNOWN_DEVICE',
      device: 'chip',
      hint: expect.stringContaining('sim:mgd-chip'),
    })
  })

  it.each([[['fly', '--json']], [['train', '--sead', '1', '--json']], [['reproduce', '--json']]])(
    'also where the command itself is malformed: %j',
    async (args) => {
      const { code, out } = await insitu(...args)
      expect(code).toBe(2)
      expect(lastJson(out)).toMatchObject({ error: 'CONFIG', message: expect.stringMatching(/fly|--sead|which/) })
    },
  )

  it.each([
    [['fly'], "unknown command 'fly'"],
    [['train', '--sead', '1'], "unknown option '--sead'"],
    [
      ['reproduce', 'mgd-xor', '--set', 'speed=1'],
      'CONFIG mgd-xor: there is no setting "speed"; settings are eta, norm,',
    ],
    [
      ['reproduce', 'mgd-xor', '--set', 'code=morse'],
      'CONFIG mgd-xor: code must be random or walsh or sequential or sinusoid, got "morse"',
    ],
    [['reproduce', 'mgd-moon'], 'CONFIG there is no experiment "mgd-moon"; experiments are mgd-xor,'],
    [['board', '--target', 'host', '--image', 'x.hex'], 'CONFIG --image does not go with --target host'],
  ])('%j', async (args, message) => {
    const { code, err } = await insitu(...args)
    expect(err).toContain(message)
    expect(code).toBe(2)
  })

  it('refuses a directory that is no run', async () => {
    const { code, err } = await insitu('report', scratch())
    expect(err).toMatch(/^RECORD .* is not a run: it has no run.json/)
    expect(code).toBe(1)
  })
})

describe('--on-chip on a machine that cannot learn by itself', () => {
  it('names the rule, what it needs, what the machine offers, and what would fit', () => {
    const { learn: _, ...chip } = mgdChip({ layers: iris.settings.layers })
    const refused = () => onChipPlan(iris, iris.load(1), attach(chip), { seed: 1, reads: 1000 })
    expect(refused).toThrow(/^mgd-on-chip needs learn; mgd-chip \(.*\) offers codes and state and taps$/)
    expect(refused).toThrow(expect.objectContaining({ code: 'CAPABILITY', hint: 'rules that fit this machine: mgd' }))
  })
})

describe.skipIf(!hasPty())('a port that is not what was wanted', () => {
  it('busy: names the holder and begins no run', async () => {
    await using board = await startBoard()
    const channel = await openChannel(parseUri(`serial:${board.path}`))
    const runs = scratch()
    const { code, err } = await insitu('train', '--device', `serial:${board.path}`, '--runs', runs)
    await channel.close()
    expect(err).toContain(`PORT_BUSY ${board.path} is held by process ${process.pid}`)
    expect(code).toBe(1)
    expect(readdirSync(runs)).toEqual([])
  })

  it('another instrument: says that it answers, but is not what was asked for', async () => {
    const port = await pty()
    port.listen({
      bytes: () => void port.write(Buffer.from('*IDN? ACME,METER,1\r\n')).catch(() => {}),
      closed: () => {},
    })
    const { code, err } = await train('--device', `serial:${port.path}`)
    await port.close()
    expect(err).toMatch(/^WRONG_FIRMWARE /)
    expect(code).toBe(1)
  })
})
