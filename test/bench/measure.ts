/** Something to time: does its work once and says how many units that was. */
export interface Contender {
  readonly name: string
  work(): number | Promise<number>
}

/** CPU seconds of this process. */
function cpuSeconds(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1e-6
}

async function rateOf(contender: Contender, seconds: number): Promise<number> {
  const start = cpuSeconds()
  let units = 0
  let taken = 0
  do {
    const done = contender.work()
    units += typeof done === 'number' ? done : await done
    taken = cpuSeconds() - start
  } while (taken < seconds)
  return units / taken
}

/**
 * Units per CPU second of every contender: all warm up, then take turns, and the median over the rounds counts, so that
 * other load on the machine meets them alike.
 */
export async function race(
  contenders: readonly Contender[],
  rounds: number,
  seconds: number,
): Promise<Map<string, number>> {
  for (const contender of contenders) await rateOf(contender, seconds)
  const rates = new Map(contenders.map((contender) => [contender.name, [] as number[]]))
  for (let round = 0; round < rounds; round++) {
    for (const contender of contenders) rates.get(contender.name)?.push(await rateOf(contender, seconds))
  }
  return new Map([...rates].map(([name, list]) => [name, median(list)]))
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
