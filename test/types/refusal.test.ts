import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'
import { attach } from '../../src/contract/device.ts'
import { requireFit } from '../../src/rules/fit.ts'
import { train } from '../../src/rules/train.ts'
import { byName, lessons, ruleNeeding, type withCodes } from './machines.ts'

const ROOT = new URL('../..', import.meta.url).pathname

/** What the compiler says about each of a few lines that stand in this folder; "" if nothing. */
function complaints(lines: readonly string[]): string[] {
  const path = `${ROOT}test/types/snippet.ts`
  const head = `import { attach } from '../../src/contract/device.ts'
import { train } from '../../src/rules/train.ts'
import { byName, lessons, ruleNeeding, withCodes } from './machines.ts'
const theta = new Float64Array(8)
`
  const { config } = ts.parseConfigFileTextToJson('tsconfig.json', readFileSync(`${ROOT}tsconfig.json`, 'utf8'))
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, ROOT)
  // Types of Node are half the work and nothing here is about them.
  const host = ts.createCompilerHost({ ...options, types: [] })
  const read = host.getSourceFile.bind(host)
  host.getSourceFile = (name, ...rest) =>
    name === path ? ts.createSourceFile(name, head + lines.join('\n'), ts.ScriptTarget.ES2022) : read(name, ...rest)
  const program = ts.createProgram([path], { ...options, types: [] }, host)
  const said = lines.map(() => '')
  const first = head.split('\n').length - 1
  for (const { messageText, start, file } of program.getSemanticDiagnostics(program.getSourceFile(path))) {
    const line = file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0
    said[line - first] += ts.flattenDiagnosticMessageText(messageText, '\n')
  }
  return said
}

describe('the compiler', () => {
  it('names what the rule needs, what the machine has, and what is missing', { timeout: 60_000 }, () => {
    const [fits, lacks, unattached, opened] = complaints([
      `train(ruleNeeding('codes'), attach(withCodes()), theta, lessons)`,
      `train(ruleNeeding('learn', 'state'), attach(withCodes()), theta, lessons)`,
      `train(ruleNeeding('codes'), withCodes(), theta, lessons)`,
      `train(ruleNeeding('codes'), attach(byName()), theta, lessons)`,
    ])
    expect(fits).toBe('')
    expect(lacks).toMatch(
      /Argument of type 'Device<"codes">' is not assignable to parameter of type 'Device<"learn" \| "state">'/,
    )
    expect(lacks).toMatch(/missing the following properties from type 'Pick<Facets, "learn" \| "state">': learn, state/)
    expect(unattached).toMatch(/missing the following properties from type 'CheckedDevice': .*#backend/)
    expect(opened).toMatch(/Property 'codes' is missing in type 'CheckedDevice/)
  })
})

describe('at run time', () => {
  const opened = () => attach(byName())

  it('the refusal names the rule, its needs, the machine and what it offers', async () => {
    const rule = ruleNeeding('learn', 'state')
    expect(() => requireFit(rule, opened())).toThrow(
      expect.objectContaining({
        code: 'CAPABILITY',
        message: 'on-board needs learn and state; toy (3-2) offers codes',
        hint: 'it lacks learn and state',
      }),
    )
  })

  it('it says which rules would fit', () => {
    const others = [
      { name: 'mgd', needs: [] },
      { name: 'mgd-replay', needs: ['codes'] },
      { name: 'echo', needs: ['echo'] },
    ]
    expect(() => requireFit(ruleNeeding('state'), opened(), others)).toThrow(
      expect.objectContaining({ hint: 'rules that fit this machine: mgd, mgd-replay' }),
    )
  })

  it('train refuses before anything is sent', async () => {
    const { sheet } = opened()
    const calls: string[] = []
    const silent = {
      sheet,
      store: async () => void calls.push('store'),
      measure: () => Promise.reject(new Error('measured')),
      [Symbol.asyncDispose]: async () => {},
    }
    // JavaScript, and machines opened by name, get past the compiler.
    const device = attach(silent) as unknown as ReturnType<typeof attach<ReturnType<typeof withCodes>>>
    const loop = train(ruleNeeding('codes'), device, new Float64Array(8), lessons)
    await expect(loop.next()).rejects.toThrow('on-board needs codes; toy (3-2) offers no facets')
    expect(calls).toEqual([])
  })

  it('a machine that has what is needed passes, by the same object', () => {
    const device = opened()
    expect(requireFit(ruleNeeding('codes'), device)).toBe(device)
    expect(requireFit(ruleNeeding(), device)).toBe(device)
  })
})
