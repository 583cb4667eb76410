import type { Command } from 'commander'
import { perform } from '../output.ts'

export function addDevices(program: Command): void {
  program
    .command('devices')
    .summary('machines, what they offer, which rules fit them')
    .description(
      'Opens machines, says what they are and offer, and which learning rules fit; a rule that does not fit says why.',
    )
    .argument('[device...]', 'devices as train takes them; without any, those that work on every computer')
    .option('--json', 'the last line of stdout is one JSON list')
    .addHelpText(
      'after',
      `
Examples:
  $ insitu devices
  $ insitu devices sim:mgd-chip:bench
  $ insitu devices serial:/dev/ttyUSB0
      Greets the board on that port and reads its description.`,
    )
    .action((names: readonly string[], flags: { readonly json?: boolean }) =>
      perform(flags, async (console) => {
        const { devices } = await import('../devices.ts')
        return devices(names, console)
      }),
    )
}
