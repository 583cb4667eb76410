import { resolved, type Source } from './source.ts'

/** The layers of the house and what each may import, besides itself. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  src: [],
  devices: ['src'],
  sim: ['devices', 'src'],
  drivers: ['devices', 'src'],
  cli: ['src', 'devices', 'sim', 'drivers'],
  test: ['src', 'devices', 'sim', 'drivers', 'cli'],
}

/** Paths that may do what others may not, each with its reason. A trailing slash means everything below. */
export type Exceptions = Readonly<Record<string, string>>

function excepted(path: string, exceptions: Exceptions): boolean {
  return Object.keys(exceptions).some((key) => (key.endsWith('/') ? path.startsWith(key) : path === key))
}

/** Exceptions that no file needs any more. */
export function stale(
  sources: readonly Source[],
  exceptions: Exceptions,
  needs: (source: Source) => boolean,
): string[] {
  return Object.keys(exceptions).filter((key) => !sources.some((s) => excepted(s.path, { [key]: '' }) && needs(s)))
}

export function layerOf(path: string): string {
  return path.startsWith('src/cli/') ? 'cli' : path.split('/')[0]
}

/** Imports that point the wrong way through the house, or out of it. */
export function wrongArrows(sources: readonly Source[]): string[] {
  const known = new Set(sources.map(({ path }) => path))
  return sources.flatMap(({ path, imports }) =>
    imports.flatMap((target) => {
      const layer = layerOf(path)
      if (target.startsWith('(computed)'))
        return layer === 'sim' || layer === 'cli' || layer === 'drivers' || layer === 'test'
          ? []
          : [`${path} imports ${target}`]
      const file = resolved(path, target)
      if (file === undefined) return []
      const to = layerOf(file)
      if (to !== layer && !ARROWS[layer].includes(to)) return [`${path} -> ${file}`]
      return known.has(file) || !file.endsWith('.ts') ? [] : [`${path} -> ${file}, which is not there`]
    }),
  )
}

/** Imports of packages that are not among the dependencies the package ships with. */
export function strayPackages(
  sources: readonly Source[],
  dependencies: readonly string[],
  exceptions: Exceptions,
): string[] {
  return sources
    .filter(({ path }) => !excepted(path, exceptions))
    .flatMap(({ path, imports }) =>
      imports
        .filter((target) => !/^(\.|node:|\(computed\))/.test(target))
        .filter(
          (target) =>
            !dependencies.includes(
              target
                .split('/')
                .slice(0, target.startsWith('@') ? 2 : 1)
                .join('/'),
            ),
        )
        .map((target) => `${path} imports ${target}`),
    )
}

/** One cycle of imports as a list of files, if there is any. */
export function cycle(sources: readonly Source[]): string[] | undefined {
  const edges = new Map(
    sources.map(({ path, imports }) => [path, imports.map((t) => resolved(path, t)).filter((t) => t !== undefined)]),
  )
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string): string[] | undefined => {
    const at = trail.indexOf(path)
    if (at >= 0) return [...trail.slice(at), path]
    if (done.has(path)) return undefined
    trail.push(path)
    for (const next of edges.get(path) ?? []) {
      const found = visit(next)
      if (found !== undefined) return found
    }
    trail.pop()
    done.add(path)
    return undefined
  }
  for (const { path } of sources) {
    const found = visit(path)
    if (found !== undefined) return found
  }
  return undefined
}

/** Clocks and unseeded randomness outside the places that may have them. */
export function impure(sources: readonly Source[], exceptions: Exceptions): string[] {
  return sources
    .filter(({ path }) => !excepted(path, exceptions))
    .flatMap(({ path, ambient }) => ambient.map((name) => `${path} reads ${name}`))
}

/** node: modules in src outside the places that may have them. */
export function nodeImports(sources: readonly Source[], exceptions: Exceptions): string[] {
  return sources
    .filter(({ path }) => path.startsWith('src/') && !excepted(path, exceptions))
    .flatMap(({ path, imports }) => imports.filter((t) => t.startsWith('node:')).map((t) => `${path} imports ${t}`))
}

/** Packages loaded with the files that use them although they are to wait for their first use. */
export function tooEager(sources: readonly Source[], lazy: readonly string[]): string[] {
  const kept = (target: string) => lazy.some((name) => target === name || target.startsWith(`${name}/`))
  return sources.flatMap(({ path, eager }) => eager.filter(kept).map((target) => `${path} loads ${target}`))
}

/** Files that import a package. */
export function importersOf(sources: readonly Source[], name: string): string[] {
  return sources
    .filter(({ imports }) => imports.some((target) => target === name || target.startsWith(`${name}/`)))
    .map(({ path }) => path)
}

export function tooLong(sources: readonly Source[], most: number, exceptions: Exceptions): string[] {
  return sources
    .filter(({ path, lines }) => lines > most && !excepted(path, exceptions))
    .map(({ path, lines }) => `${path} has ${lines} lines`)
}

export function medianLines(sources: readonly Source[]): number {
  return sources.map(({ lines }) => lines).sort((a, b) => a - b)[sources.length >> 1] ?? 0
}

/** Tests that are left out without anybody being told why. */
export function silentSkips(sources: readonly Source[]): string[] {
  const printing = new Set(sources.filter(({ prints }) => prints).map(({ path }) => path))
  return sources.flatMap(({ path, imports, skips }) => {
    const tells = [path, ...imports.map((target) => resolved(path, target))].some(
      (p) => p !== undefined && printing.has(p),
    )
    return skips.flatMap(({ call, args }) => {
      if (/^(it|test|describe)(\.\w+)*\.(skip|todo|only)$/.test(call)) return [`${path}: ${call}`]
      if (/\.(skipIf|runIf)$/.test(call)) return tells ? [] : [`${path}: ${call} and nothing is printed`]
      return /\.skip$/.test(call) && args === 0 ? [`${path}: ${call}() without a reason`] : []
    })
  })
}

/** Places where the type checker is told to look away. */
export function escapes(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, escapes }) => escapes.map((name) => `${path}: ${name}`))
}
