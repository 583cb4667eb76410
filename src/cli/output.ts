import { systemClock } from './clock.ts'
import { type Console, processConsole } from './console.ts'
import { describeError, EXIT, errorLine, exitCode } from './failure.ts'
import { Interrupted } from './interrupts.ts'

/** Runs a verb and turns what comes of it into words and an exit code. */
export async function perform(options: { readonly json?: boolean }, verb: (console: Console) => Promise<unknown>) {
  const json = options.json ?? false
  const console = processConsole({ json }, systemClock.monotonic)
  try {
    const result = await verb(console)
    if (result !== undefined) console.result(result)
  } catch (error) {
    if (error instanceof Interrupted) {
      if (json) process.stdout.write(`${JSON.stringify({ error: 'INTERRUPTED', message: error.message })}\n`)
      process.exitCode = EXIT.interrupted
      return
    }
    process.exitCode = exitCode(error)
    console.complain(describeError(error))
    if (json) process.stdout.write(`${errorLine(error)}\n`)
  }
}
