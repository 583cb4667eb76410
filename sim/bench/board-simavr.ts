import { join } from 'node:path'
import { causeFlag } from './avr-chip.ts'
import { flashOf, imagePath } from './board-image.ts'
import type { RunningBoard, SimavrTarget } from './board-kinds.ts'
import { runProgram } from './board-program.ts'
import { packageRoot } from './process.ts'
import { compiled } from './process-compile.ts'
import type { Pty } from './pty.ts'

/** An image on libsimavr, through a small program of ours that is compiled on first use. */
export async function runSimavrBoard(
  options: SimavrTarget,
  port: Pty,
  ended: (reason: Error) => void,
): Promise<RunningBoard> {
  const image = imagePath(options.image)
  flashOf(image)
  const root = packageRoot(import.meta.url)
  const source = join(root, 'sim/bench/simavr/harness.c')
  const includes = ['/usr/include/simavr', '/usr/local/include/simavr'].map((folder) => `-I${folder}`)
  const binary = await compiled({
    name: 'simavr-harness',
    sources: [source],
    command: (out) => ['cc', '-std=c99', '-O2', ...includes, source, '-o', out, '-lsimavr'],
    folder: join(root, '.cache/bench'),
    hint: 'install a C compiler and libsimavr-dev, or use the target "avr", which needs neither',
  })
  const memory = options.eeprom === undefined ? [] : [options.eeprom]
  const program = await runProgram(port, [binary, image, ...memory], ended)
  let listening = false
  program.control.once('data', () => {
    listening = true
  })
  return {
    ready: () => listening,
    reset(cause) {
      program.control.write(Uint8Array.of(causeFlag[cause]))
    },
    counters: () => ({}),
    close: program.close,
  }
}
