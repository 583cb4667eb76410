import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseTable } from '../../src/data/dataset.ts'
import { oneHot, rangeScaler, scaledInputs } from '../../src/data/scale.ts'
import { stratified } from '../../src/data/split.ts'
import { shuffledLessons } from '../../src/rules/lessons.ts'

const iris = () =>
  parseTable(readFileSync(new URL('../../fixtures/iris.csv', import.meta.url), 'utf8'), {
    name: 'iris',
    head: 'header',
  })

describe('data sets', () => {
  it('reads iris as published: 150 rows, 4 features, 50 of each class', () => {
    const data = iris()
    expect([data.rows, data.width, data.classes]).toEqual([150, 4, ['setosa', 'versicolor', 'virginica']])
    for (const label of [0, 1, 2]) expect(data.labels.filter((l) => l === label)).toHaveLength(50)
    expect(Array.from(data.features.subarray(0, 4))).toEqual([5.1, 3.5, 1.4, 0.2])
  })

  it('names the line of a bad cell, a short row and a wrong header', () => {
    const form = { name: 't', head: 'none' } as const
    expect(() => parseTable('1,2,0\n1,x,0', form)).toThrow(/line 2: "x" is not a number/)
    expect(() => parseTable('1,2,0\n1,0', form)).toThrow(/line 2: 2 columns, wanted 3/)
    expect(() => parseTable('1,2,0\n1,,0', form)).toThrow(/line 2/)
    expect(() => parseTable('1,2,0.5', form)).toThrow(/class 0.5/)
    expect(() => parseTable('9,2,a,b\n1,2,0', { name: 't', head: 'header' })).toThrow(/the header says/)
  })

  it('splits every class by the same share, without overlap, by seed', () => {
    const data = iris()
    const split = stratified(data, 0.3, 7)
    expect([split.train.length, split.test.length]).toEqual([105, 45])
    expect(new Set([...split.train, ...split.test]).size).toBe(150)
    for (const label of [0, 1, 2]) expect(split.test.filter((r) => data.labels[r] === label)).toHaveLength(15)
    expect(stratified(data, 0.3, 7).test).toEqual(split.test)
    expect(stratified(data, 0.3, 8).test).not.toEqual(split.test)
  })

  it('scales by the training rows alone and stays inside the drive range', () => {
    const data = iris()
    const { train, test } = stratified(data, 0.3, 1)
    const scaler = rangeScaler(data, train, -1, 1)
    const inputs = scaledInputs(data, train, scaler, -1, 1)
    expect(Math.min(...inputs)).toBeCloseTo(-1, 12)
    expect(Math.max(...inputs)).toBeCloseTo(1, 12)
    for (const value of scaledInputs(data, test, scaler, -1, 1)) expect(Math.abs(value)).toBeLessThanOrEqual(1)
    const hot = oneHot(data, train, 0.1, 0.9)
    for (let r = 0; r < train.length; r++) expect(hot[3 * r + data.labels[train[r]]]).toBe(0.9)
  })
})

describe('shuffled lessons', () => {
  const table = { rows: 5, drive: Float64Array.of(0, 1, 2, 3, 4), target: Float64Array.of(0, 10, 20, 30, 40) }

  it('shows every row once per epoch, pairs intact, in a new order each epoch', () => {
    const source = shuffledLessons(table, { seed: 3 })
    const epochs = [0, 1, 2].map(() => Array.from({ length: 5 }, () => source.next()))
    for (const epoch of epochs) {
      expect(epoch.map((l) => l.drive[0]).sort()).toEqual([0, 1, 2, 3, 4])
      for (const lesson of epoch) expect(lesson.target[0]).toBe(10 * lesson.drive[0])
    }
    expect(new Set(epochs.map((e) => e.map((l) => l.drive[0]).join())).size).toBeGreaterThan(1)
  })

  it('goes on where a saved source stood, also across an epoch and with batches', () => {
    const whole = shuffledLessons(table, { seed: 3, batch: 3 })
    for (let n = 0; n < 4; n++) whole.next()
    const resumed = shuffledLessons(table, { seed: 3, batch: 3 })
    resumed.load(whole.save())
    for (let n = 0; n < 5; n++) expect(resumed.next()).toEqual(whole.next())
  })
})
