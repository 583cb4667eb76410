/** The first cycle found along `next`, as names from a node back to itself; nothing if there is none. */
export function findCycle(
  names: Iterable<string>,
  next: (name: string) => readonly string[],
): readonly string[] | undefined {
  const done = new Set<string>()
  for (const start of names) {
    if (done.has(start)) continue
    // Walks by hand: a chain as long as a damaged file likes must not exhaust the call stack.
    const path: { readonly name: string; readonly rest: string[] }[] = [{ name: start, rest: [...next(start)] }]
    const on = new Set([start])
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const following = top.rest.pop()
      if (following === undefined) {
        path.pop()
        on.delete(top.name)
        done.add(top.name)
      } else if (on.has(following)) {
        const names = path.map(({ name }) => name)
        return [...names.slice(names.indexOf(following)), following]
      } else if (!done.has(following)) {
        path.push({ name: following, rest: [...next(following)] })
        on.add(following)
      }
    }
  }
  return undefined
}
