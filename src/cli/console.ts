import pc from 'picocolors'

export interface ConsoleOptions {
  /** Machine-readable: text for people goes to stderr, and one JSON line to stdout. */
  readonly json: boolean
}

/** Where a command's words go. */
export interface Console {
  readonly colors: ReturnType<typeof pc.createColors>
  /** A line for people. */
  say(line: string): void
  /** The line that is rewritten; on a stream that is not a terminal it is printed now and then. */
  progress(line: string): void
  /** The one JSON line, if it was asked for. */
  result(value: unknown): void
}

/** Seconds between two progress lines where they cannot be rewritten. */
const RARE = 10

/** The console of this process. */
export function processConsole(options: ConsoleOptions, now: () => number): Console {
  const stream = options.json ? process.stderr : process.stdout
  const colors = pc.createColors(stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb')
  let open = false
  let last = Number.NEGATIVE_INFINITY
  const clear = () => {
    if (open) process.stderr.write('\r\x1b[2K')
    open = false
  }
  return {
    colors,
    say(line) {
      clear()
      stream.write(`${line}\n`)
    },
    progress(line) {
      if (process.stderr.isTTY) {
        const width = process.stderr.columns || 80
        process.stderr.write(`\r\x1b[2K${line.slice(0, width - 1)}`)
        open = true
      } else if (now() - last >= RARE) {
        last = now()
        process.stderr.write(`${line}\n`)
      }
    },
    result(value) {
      clear()
      if (options.json) process.stdout.write(`${JSON.stringify(value)}\n`)
    },
  }
}
