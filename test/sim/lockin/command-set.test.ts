import { describe, expect, it } from 'vitest'
import { clockedLine } from '../../../sim/bench/clocked-line.ts'
import { emulatedSr830, emulatedSr860, type LockinOptions } from '../../../sim/bench/lockin/index.ts'
import { general, mantissas, signed } from '../../../sim/bench/lockin/numbers.ts'
import { Poles } from '../../../sim/bench/lockin/poles.ts'
import { VirtualClock } from '../../../sim/bench/virtual-clock.ts'
import { draws } from '../../../src/random/draws.ts'
import { STREAM } from '../../../src/random/streams.ts'

/** A host that types lines and sees what comes back. */
function terminal(make: typeof emulatedSr830, options: Partial<LockinOptions> = {}) {
  const clock = new VirtualClock()
  const [host, far] = clockedLine({ clock, bytesPerSecond: 1920 })
  const instrument = make({
    clock,
    density: 0,
    signal: { volts: ({ oscillator }) => 0.3 * oscillator },
    answersTo: 'serial',
    ...options,
  })
  instrument.attach(far)
  let heard = ''
  host.listen({
    bytes: (chunk) => {
      heard += String.fromCharCode(...chunk)
    },
    closed: () => {},
  })
  const ask = async (line: string, ms = 400) => {
    heard = ''
    await host.write(Uint8Array.from(line, (c) => c.charCodeAt(0)))
    await clock.pass(ms)
    return heard
  }
  return {
    clock,
    instrument,
    ask,
    sr830: (line: string, ms?: number) => ask(`${line}\r`, ms),
    sr860: (line: string, ms?: number) => ask(`${line}\n`, ms),
  }
}

describe('the emulated SR830', () => {
  it('tells who it is with a blank before the carriage return', async () => {
    const { sr830 } = terminal(emulatedSr830)
    expect(await sr830('*IDN?')).toBe('Stanford_Research_Systems,SR830,s/n12345,ver1.07 \r')
  })

  it.each([
    // First and last value, one beyond either end, and how often a value is asked for by an index.
    ['PHAS', 0, 179.99, -360.01, 730],
    ['FMOD', 0, 1, -1, 2],
    ['FREQ', 0.001, 102000, 0, 102001],
    ['RSLP', 0, 2, -1, 3],
    ['HARM', 1, 102, 0, 20000],
    ['SLVL', 0.004, 5, 0, 5.01],
    ['ISRC', 0, 3, -1, 4],
    ['IGND', 0, 1, -1, 2],
    ['ICPL', 0, 1, -1, 2],
    ['ILIN', 0, 3, -1, 4],
    ['SENS', 0, 26, -1, 27],
    ['RMOD', 0, 2, -1, 3],
    ['OFLT', 0, 13, -1, 20],
    ['OFSL', 0, 3, -1, 4],
    ['SYNC', 0, 1, -1, 2],
    ['SRAT', 0, 14, -1, 15],
    ['SEND', 0, 1, -1, 2],
    ['TSTR', 0, 1, -1, 2],
    ['LOCL', 0, 2, -1, 3],
    ['OVRM', 0, 1, -1, 2],
    ['FAST', 0, 2, -1, 3],
  ])('holds %s from %d to %d and refuses %d and %d', async (name, first, last, below, above) => {
    const { sr830 } = terminal(emulatedSr830)
    await sr830('*ESR?')
    for (const value of [first, last]) {
      expect(await sr830(`${name} ${value};${name}?`)).toBe(`${value}\r`)
      expect(await sr830(`*ESR?`)).toBe('0\r')
    }
    for (const value of [below, above]) {
      expect(await sr830(`${name}${value};*ESR?4`)).toBe('1\r')
      expect(await sr830(`${name}?`)).toBe(`${last}\r`)
    }
  })

  it('takes any case, blanks and forms of a number, several commands in a line, and answers each on its own', async () => {
    const { sr830 } = terminal(emulatedSr830)
    expect(await sr830('sens ? ; Sens.5E1;SENS?; o f l t 9.0 ;OFLT?;')).toBe('26\r5\r9\r')
    expect(await sr830('DDEF 1,1,0;DDEF?1;OEXP 1,9.7,1;OEXP?1;AUXV3,-1.5;AUXV?3')).toBe('1,0\r9.7,1\r-1.5\r')
  })

  it('wraps phases, prints six digits and three-digit exponents', async () => {
    const { sr830 } = terminal(emulatedSr830)
    expect(await sr830('PHAS 541;PHAS?;FREQ 121.98;FREQ?')).toBe('-179\r121.98\r')
    expect([
      general(-4.17234e-7),
      general(-0.000500266),
      general(1000),
      general(0.951359),
      general(1e6),
      general(0),
    ]).toEqual(['-4.17234e-007', '-0.000500266', '1000', '0.951359', '1e+006', '0'])
    expect([signed(-1.234567e-9), signed(7.654321e-9)]).toEqual(['-1.234567e-009', '+7.654321e-009'])
  })

  it('answers nothing to an error, notes it, and clears what is read', async () => {
    const { sr830 } = terminal(emulatedSr830)
    expect(await sr830('*ESR?')).toBe('128\r')
    expect(await sr830('FOO?;SENS 99;SENS')).toBe('')
    expect(await sr830('*ESR? 5;*ESR?;*ESR?')).toBe('1\r16\r0\r')
    expect(await sr830('*ESE 16;*ESE 5,1;*ESE?;*ESE? 4')).toBe('48\r1\r')
    expect(await sr830('SENS 99;*STB?;*SRE 32;*STB?;*STB? 5;*CLS;*STB?')).toBe('35\r99\r1\r3\r')
  })

  it('clears both queues where one runs over', async () => {
    const { ask, sr830 } = terminal(emulatedSr830)
    await sr830('*ESR?')
    expect(await ask(`${'A'.repeat(300)}`)).toBe('')
    expect(await sr830('*ESR? 0')).toBe('1\r')
    expect(await sr830(Array(6).fill('*IDN?').join(';'))).toBe('')
    expect(await sr830('*ESR? 2')).toBe('1\r')
  })

  it('answers where it was told to, and turns to the other interface when it is switched on', async () => {
    const { sr830, instrument } = terminal(emulatedSr830, { answersTo: 'gpib' })
    expect(await sr830('*IDN?')).toBe('')
    expect(instrument.gpibAnswers).toHaveLength(1)
    expect(await sr830('OUTX 0;SENS?')).toBe('26\r')
    instrument.gpib('SENS 5;SENS?')
    expect(await sr830('')).toBe('5\r')
    expect(await sr830('OUTX 2;OUTX?')).toBe('0\r')
  })

  it('keeps what comes while a slow command runs until that is over', async () => {
    const { sr830, clock } = terminal(emulatedSr830)
    await sr830('OFLT 8', 3000)
    const began = clock.now()
    expect(await sr830('AGAN', 20)).toBe('')
    expect(await sr830('*ESR?;SENS?', 100)).toBe('')
    expect(await sr830('', 600)).toBe('128\r25\r')
    expect(clock.now() - began).toBeGreaterThan(500)
  })

  it('reads X, Y, R, theta together, turned by its phase, with offset and expand', async () => {
    const { sr830 } = terminal(emulatedSr830)
    await sr830('OFLT 6;PHAS 30', 1000)
    const [x, y, r, theta] = (await sr830('SNAP?1,2,3,4')).split(',').map(Number)
    expect([x, y, r, theta]).toEqual([
      expect.closeTo(0.3 * Math.cos(Math.PI / 6), 5),
      expect.closeTo(-0.3 * Math.sin(Math.PI / 6), 5),
      expect.closeTo(0.3, 5),
      expect.closeTo(-30, 3),
    ])
    await sr830('APHS', 500)
    expect(Number((await sr830('PHAS?')).trim())).toBeCloseTo(0, 1)
    expect(await sr830('AOFF 1;OEXP?1', 500)).toMatch(/^30,0\r$/)
    expect(Math.abs(Number((await sr830('OUTP?1')).trim()))).toBeLessThan(1e-4)
    expect(await sr830('SNAP?1;SNAP?1,12;SNAP?1,2,3,4,5,6,7')).toBe('')
  })

  it('shortens its filter when the detection frequency rises, and says so', async () => {
    const { sr830 } = terminal(emulatedSr830)
    expect(await sr830('FREQ 100;LIAS?;OFLT 16;OFLT?;SYNC 1')).toBe('16\r16\r')
    expect(await sr830('FREQ 300;LIAS?;OFLT?;SYNC?')).toBe('48\r13\r0\r')
    expect(await sr830('*CLS;OFLT 14;*ESR?')).toBe('16\r')
    expect(await sr830('FREQ 102000;HARM 2;*ESR?;FMOD 0;FREQ 50;*ESR?')).toBe('16\r16\r')
  })

  it('says overload and unlock again for as long as they last', async () => {
    const { sr830, instrument } = terminal(emulatedSr830)
    await sr830('OFLT 6;SENS 20;RMOD 0', 1000)
    await sr830('LIAS?')
    expect(Number((await sr830('LIAS?')).trim()) & 4).toBe(4)
    await sr830('SENS 26;FMOD 0', 1000)
    instrument.lock(false)
    await sr830('LIAS?')
    expect(Number((await sr830('LIAS?')).trim()) & 8).toBe(8)
    instrument.lock(true)
    await sr830('LIAS?', 1000)
    expect(await sr830('LIAS?')).toBe('0\r')
  })

  it('stores at a rate and by triggers, and gives points in three forms', async () => {
    const { sr830, instrument, ask, clock } = terminal(emulatedSr830)
    await sr830('OFLT 4', 1000)
    expect(await sr830('SRAT 10;SEND 0;STRT', 1000)).toBe('')
    const stored = Number((await sr830('PAUS;SPTS?')).trim())
    expect(Math.abs(stored - 64)).toBeLessThan(2)
    expect(await sr830('REST;SRAT 14;STRT;SPTS?')).toBe('0\r')
    for (let n = 0; n < 3; n++) instrument.trigger()
    expect(await sr830('TRIG;PAUS;TRIG;SPTS?')).toBe('4\r')
    expect(await sr830('TRCA?1,1,2')).toBe('+3.000000e-001,+3.000000e-001,\r')
    const bytes = (text: string) => new DataView(Uint8Array.from(text, (c) => c.charCodeAt(0)).buffer)
    const binary = await ask('TRCB?1,0,4\r')
    expect(binary.length).toBe(16)
    expect(bytes(binary).getFloat32(12, true)).toBeCloseTo(0.3, 6)
    const held = await ask('TRCL?1,0,4\r')
    expect(held.length).toBe(16)
    expect(bytes(held).getInt16(0, true) * 2 ** (bytes(held).getUint8(2) - 124)).toBeCloseTo(0.3, 4)
    await sr830('*ESR?')
    expect(await sr830('TRCA?1,2,3;*ESR?')).toBe('16\r')
    instrument.powerCycle()
    await clock.pass(10)
    expect(await sr830('SPTS?;*ESR?')).toBe('0\r128\r')
  })

  it('goes round and round in a loop', async () => {
    const { sr830 } = terminal(emulatedSr830)
    await sr830('SRAT 13;SEND 1;STRT', 33_000)
    expect(await sr830('PAUS;SPTS?')).toBe('16383\r')
    expect(mantissas([0.25])).toEqual(Uint8Array.of(0, 64, 124 - 16, 0))
  })

  it('remembers settings and takes them back, forgets them at a reset', async () => {
    const { sr830 } = terminal(emulatedSr830)
    expect(await sr830('SENS 7;SSET 3;SENS 8;RSET 3;SENS?')).toBe('7\r')
    await sr830('*ESR?')
    expect(await sr830('RSET 4;*ESR?')).toBe('16\r')
    await sr830('*RST', 600)
    expect(await sr830('SENS?;OUTX?')).toBe('26\r0\r')
  })
})

describe('the emulated SR860', () => {
  it('answers a line on one line, wants its blanks, and counts other bits', async () => {
    const { sr860 } = terminal(emulatedSr860)
    expect(await sr860('*IDN?;*ESR?')).toBe('Stanford_Research_Systems,SR860,002345,v1.51;128\n')
    expect(await sr860('SCAL 9;SCAL?;OFLT?')).toBe('9;10\n')
    expect(await sr860('SCAL ?;SCAL9;*ESR?')).toBe('32\n')
    expect(await sr860('SCAL 28;HARM 100;*ESR?;SCAL?')).toBe('16;9\n')
    expect(await sr860('ENBW?;CUROVLDSTAT?')).toMatch(/^0\.78125;\d+\n$/)
  })

  it('has its scales from 1 V down and its outputs from zero', async () => {
    const { sr860 } = terminal(emulatedSr860)
    await sr860('SLVL 1;OFLT 6', 1000)
    expect((await sr860('OUTP? 0')).trim()).toBe('0.3')
    expect((await sr860('SNAP? 0,1,2')).split(',')).toHaveLength(3)
    expect(await sr860('SNAP? 0,1,2,3;SNAP? 0;*ESR?')).toMatch(/^\d+\n$/)
    await sr860('SCAL 5', 500)
    await sr860('LIAS?')
    expect(Number((await sr860('LIAS?')).trim()) & 1).toBe(1)
  })

  it('captures by triggers and gives blocks with a header', async () => {
    const { sr860, instrument, ask } = terminal(emulatedSr860)
    await sr860('SLVL 1;OFLT 6', 1000)
    expect(await sr860('CAPTURELEN 1;CAPTURECFG 1;CAPTURESTART ONE,SAMP;CAPTURESTAT?')).toBe('1\n')
    for (let n = 0; n < 3; n++) instrument.trigger()
    expect(await sr860('CAPTURESTOP;CAPTUREBYTES?;CAPTUREVAL? 2')).toMatch(/^24;0\.3,-?[\d.e-]+\n$/)
    const block = await ask('CAPTUREGET? 0,1\n', 1000)
    expect(block.length).toBe(6 + 1024)
    expect(block.slice(0, 6)).toBe('#41024')
  })
})

describe('the poles of a filter', () => {
  it('answer a step as the closed form', () => {
    const poles = new Poles(() => 0)
    for (let n = 0; n < 50; n++) poles.advance(1, 0.05, 1, 0)
    // 1 - e^-2.5 (1 + 2.5 + 3.125 + 2.604...)
    for (const count of [1, 2, 3, 4]) {
      let sum = 0
      for (let k = 0, term = 1; k < count; term *= 2.5 / ++k) sum += term
      expect(poles.output(count)).toBeCloseTo(1 - Math.exp(-2.5) * sum, 12)
    }
  })

  it.each([
    [1, 1 / 4],
    [2, 1 / 8],
    [3, 3 / 32],
    [4, 5 / 64],
  ])('let through white noise by the bandwidth of %d poles', (count, bandwidth) => {
    const source = draws(5, STREAM.lockinNoise)
    let n = 0
    const poles = new Poles(() => source.normal(n++))
    let squares = 0
    const samples = 1500
    for (let k = 0; k < samples; k++) {
      poles.advance(0, 6, 1, 1)
      squares += poles.output(count) ** 2
    }
    // Standard error of a variance over so many nearly independent samples: sqrt(2 / 1500) = 3.7 %; three of them.
    expect(Math.abs(squares / samples / bandwidth - 1)).toBeLessThan(0.11)
  })
})
