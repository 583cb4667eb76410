import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readIdxFiles } from '../../src/cli/experiments/core/idx-files.ts'
import { findExperiment } from '../../src/cli/experiments/index.ts'

interface Metrics {
  readonly probabilityNetAccuracy: number
  readonly accuracy: Record<string, Record<string, { mean: number; std: number | null; groups: number }>>
  readonly energyPerImage: Record<string, Record<string, number>>
  readonly cores: number
}

async function run(name: string, words: readonly string[]): Promise<Metrics> {
  const prepared = await findExperiment(name).prepare(words, 'full')
  return (await prepared.run({ seed: 2, progress() {}, figure() {} })) as unknown as Metrics
}

describe('core-digits', () => {
  it('learns, deploys and counts energy', async () => {
    const { probabilityNetAccuracy, accuracy, energyPerImage, cores } = await run('core-digits', [
      ...['epochs=4', 'rate=0.03', 'warmup=0.5', 'drawn=0', 'members=4', 'ticks=2', 'regulariser=0.01'],
    ])
    expect(cores).toBe(2)
    expect(probabilityNetAccuracy).toBeGreaterThan(0.5)
    expect(accuracy[1][1].groups).toBe(4)
    expect(accuracy[4][2]).toMatchObject({ std: null, groups: 1 })
    // Ensembles and ticks take noise out.
    expect(accuracy[4][1].mean).toBeGreaterThan(accuracy[1][1].mean)
    expect(accuracy[1][2].mean).toBeGreaterThan(accuracy[1][1].mean)
    // Two cores of 55 uW for the tick and the one that spikes take to come through, and operations of 22 pJ.
    expect(energyPerImage[1][1]).toBeGreaterThan(2 * 55e-6 * 2e-3)
    expect(energyPerImage[4][1] / energyPerImage[1][1]).toBeCloseTo(4, 10)
  })

  it('refuses to hold out all images', async () => {
    await expect(run('core-digits', ['held=1797'])).rejects.toThrow(/held must be below the 1797 images/)
  })
})

describe('core-fashion', () => {
  const fashion = new URL('../../fixtures/fashion/', import.meta.url).pathname
  const [images, labels] = ['t10k-images-idx3-ubyte.gz', 't10k-labels-idx1-ubyte.gz'].map((name) => join(fashion, name))
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'insitu-idx-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('runs on IDX files, on five cores', async () => {
    const metrics = await run('core-fashion', [
      'epochs=1',
      'rate=0.1',
      'members=1',
      `data=${[images, labels, images, labels].join()}`,
    ])
    expect(metrics.cores).toBe(5)
    expect(metrics.probabilityNetAccuracy).toBeLessThanOrEqual(1)
    expect(metrics.energyPerImage[1][1]).toBeGreaterThan(5 * 55e-6 * 2e-3)
    expect(metrics.accuracy[1][1].groups).toBe(1)
  })

  it('knows how many cores a layout has', async () => {
    const { settings } = await findExperiment('core-fashion').prepare(['layout=large'], 'full')
    expect(settings.cores).toBe('30')
    await expect(run('core-fashion', ['layout=large', 'cores=5'])).rejects.toThrow(
      'layout large has 30 cores, got cores=5',
    )
  })

  it('says which file is not what it should be', async () => {
    const damaged = join(folder, 'damaged.gz')
    writeFileSync(damaged, readFileSync(labels).subarray(0, 60))
    const read =
      (...files: readonly string[]) =>
      () =>
        readIdxFiles(files.join())
    expect(read(labels, images, images, labels)).toThrow(
      /t10k-labels.* holds labels and .*t10k-images.* images: the two are swapped/,
    )
    expect(read(images, damaged, images, labels)).toThrow(
      /damaged.gz: the gzip data are damaged: unexpected end of file/,
    )
    expect(read(images, labels, images, join(folder, 'none'))).toThrow(/none" cannot be read: there is no such file/)
    expect(read(images, labels)).toThrow(/wanted a folder or 4 files, got 2 paths/)
    expect(read(join(folder, 'nowhere'))).toThrow(/there is no folder ".*nowhere"/)
    const bytes = Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 9, ...new Array(81).fill(1))
    const [small, one] = [join(folder, 'small'), join(folder, 'one')]
    writeFileSync(small, bytes)
    writeFileSync(one, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 1, 0))
    const nine = run('core-fashion', [`data=${[small, one, small, one].join()}`])
    await expect(nine).rejects.toThrow('core-fashion: wanted images of 28 x 28, got 9 x 9')
    copyFileSync(images, join(folder, 't10k-images-idx3-ubyte.gz'))
    expect(read(folder)).toThrow(/lacks train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-labels-idx1-ubyte/)
  })
})
