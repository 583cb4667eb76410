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
  /** What went wrong; always on stderr. */
  complain(text: string): void
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
  const dumb = process.env.TERM === 'dumb'
  const inked = (to: NodeJS.WriteStream) => pc.createColors(to.isTTY === true && !process.env.NO_COLOR && !dumb)
  let open = false
  let last = Number.NEGATIVE_INFINITY
  const clear = () => {
    if (open) process.stderr.write('\r\x1b[2K')
    open = false
  }
  return {
    colors: inked(stream),
    say(line) {
      clear()
      stream.write(`${line}\n`)
    },
    complain(text) {
      clear()
      process.stderr.write(`${inked(process.stderr).red(text)}\n`)
    },
    progress(line) {
      if (process.stderr.isTTY && !dumb) {
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
