import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serialBytes } from './avr-signature.ts'
import type { HostTarget, RunningBoard } from './board-kinds.ts'
import { runProgram } from './board-program.ts'
import { packageRoot } from './process.ts'
import { compiled } from './process-compile.ts'
import type { Pty } from './pty.ts'

/** The firmware's core as a program of this computer. Every reset is a power cut: the program starts anew. */
export async function runHostBoard(
  options: HostTarget,
  port: Pty,
  ended: (reason: Error) => void,
): Promise<RunningBoard> {
  const root = packageRoot(import.meta.url)
  const firmware = join(root, 'drivers/firmware')
  const script = join(firmware, 'build.sh')
  const binary = await compiled({
    name: 'insitu-chip-host',
    sources: [script, join(firmware, 'core'), join(firmware, 'host')],
    command: (out) => ['sh', script, 'host', out],
    folder: join(root, '.cache/bench'),
    hint: 'install a C compiler (gcc, libc6-dev), or use the target "avr", which needs none',
  })
  // The boot counter has to survive a reset, if not this board.
  const scratch = options.eeprom === undefined ? mkdtempSync(join(tmpdir(), 'insitu-host-')) : undefined
  const eeprom = options.eeprom ?? join(scratch as string, 'eeprom')
  const uid = Buffer.from(serialBytes(options.serial ?? options.link ?? 'insitu').subarray(0, 8)).toString('hex')
  const args = ['--eeprom', eeprom, '--uid', uid, '--baud', String(options.baud ?? 0)]
  const program = await runProgram(port, [binary, ...args], ended)
  return {
    ready: () => true,
    reset: () => program.restart(),
    counters: () => ({}),
    async close() {
      await program.close()
      if (scratch !== undefined) rmSync(scratch, { recursive: true, force: true })
    },
  }
}
