import { describe, expect, it } from 'vitest'
import { refusals } from '../../src/cli/devices.ts'
import { tryRule } from '../../src/cli/experiments/rule-table/run.ts'
import { BENCHES, benchOf } from '../../src/cli/experiments/rule-table/table.ts'
import { RULES } from '../../src/cli/rules.ts'

describe.each(Object.keys(BENCHES))('rules on %s', (name) => {
  it('are set wherever they fit', async () => {
    const bench = await benchOf(name, 1)
    await using device = bench.open()
    const fitting = RULES.filter((rule) => refusals(rule, device).length === 0).map((rule) => rule.name)
    expect(fitting.length).toBeGreaterThan(2)
    expect(Object.keys(bench.trainers)).toEqual(expect.arrayContaining(fitting))
  })
})

describe('a row of the table', () => {
  const entry = (name: string) => RULES.filter((rule) => rule.name === name)[0]

  it('says what a rule lacks', async () => {
    const bench = await benchOf('firmware', 1)
    const row = await tryRule(bench, entry('feedback-alignment'), { seed: 1, effort: 0.01 })
    expect(row).toEqual({ rule: 'feedback-alignment', refused: expect.stringMatching(/^lacks taps/) })
  })

  // Rounding of 16-bit readings and of an activation from a table is all that parts the two gradients.
  it('has the alignment of the first gradient with the machine’s own, and every read', async () => {
    const bench = await benchOf('firmware', 1)
    const row = await tryRule(bench, entry('chip-in-the-loop'), { seed: 1, effort: 0.01 })
    // Four lessons of 16 rows; before them these rows at theta and at 16 settings beside it.
    expect(row).toMatchObject({ rule: 'chip-in-the-loop', updates: 4, reads: 4 * 16 + 17 * 16 })
    expect(row).toHaveProperty('alignment', expect.closeTo(1, 3))
  })
})
