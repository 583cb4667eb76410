import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

interface Locked {
  readonly version?: string
  readonly resolved?: string
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

const lock = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8')
const { packages } = JSON.parse(lock) as { packages: Readonly<Record<string, Locked>> }

describe('the lock file', () => {
  it("holds every platform's binaries, which npm ci asks for", () => {
    const absent = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`node_modules/${name}`]?.version && !packages[`${path}/node_modules/${name}`]?.version,
      ),
    )
    expect(absent).toEqual([])
  })

  it('names no registry and no file of one machine', () => {
    expect(lock).not.toMatch(/"resolved"|file:|https?:\/\/[^"]*registry/)
  })
})
