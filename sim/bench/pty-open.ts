import { spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { InsituError } from '../../src/errors.ts'

/** The two open ends of a pseudo-terminal. */
export interface PtyEnds {
  /** Non-blocking descriptor of the device's end. */
  readonly masterFd: number
  /** Held open so that a host which closes its end does not turn the master's reads into EIO. */
  readonly slaveFd: number
  /** What a host opens, e.g. "/dev/pts/3". */
  readonly path: string
}

/** Programs that can call ioctl on descriptor 3, in the order they are tried; all come with a base system. */
const helpers: readonly (readonly [program: string, ...args: string[]])[] = [
  ['perl', '-e', perlScript()],
  ['python3', '-c', pythonScript()],
]

/**
 * Opens a pseudo-terminal whose slave is raw and silent before the first byte.
 *
 * Node can open /dev/ptmx but cannot unlock it, which needs one ioctl: a helper program does it once, on the
 * inherited descriptor, and ends. Throws `PTY` where the platform or both helpers are missing.
 */
export async function openPty(): Promise<PtyEnds> {
  const flags = constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK
  const masterFd = openMaster(flags)
  try {
    const path = `/dev/pts/${await unlock(masterFd)}`
    return { masterFd, path, slaveFd: openSync(path, flags) }
  } catch (cause) {
    closeSync(masterFd)
    if (cause instanceof InsituError) throw cause
    throw new InsituError('PTY', `pseudo-terminal: the slave cannot be opened: ${String(cause)}`, {
      cause,
      hint: 'mount devpts on /dev/pts, or use a board in memory instead',
    })
  }
}

function openMaster(flags: number): number {
  if (process.platform !== 'linux')
    throw new InsituError('PTY', `pseudo-terminal: wanted Linux, got ${process.platform}`, {
      hint: 'use a simulator in memory, or a board on a real port',
    })
  try {
    return openSync('/dev/ptmx', flags)
  } catch (cause) {
    throw new InsituError('PTY', `pseudo-terminal: /dev/ptmx cannot be opened: ${String(cause)}`, {
      cause,
      hint: 'a container needs devpts mounted',
    })
  }
}

async function unlock(masterFd: number): Promise<number> {
  const failures: string[] = []
  for (const [program, ...args] of helpers) {
    const answer = await runOn(masterFd, program, args)
    if (/^\d+$/.test(answer.stdout)) return Number(answer.stdout)
    failures.push(`${program}: ${answer.failure}`)
  }
  throw new InsituError('PTY', `pseudo-terminal: could not be unlocked (${failures.join('; ')})`, {
    hint: 'install perl-base or python3',
  })
}

function runOn(fd: number, program: string, args: string[]): Promise<{ stdout: string; failure: string }> {
  return new Promise((resolve) => {
    let stdout = ''
    let stderr = ''
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe', fd] })
    child.stdout?.on('data', (text: Buffer) => {
      stdout += text.toString()
    })
    child.stderr?.on('data', (text: Buffer) => {
      stderr += text.toString()
    })
    child.on('error', (error) => resolve({ stdout: '', failure: error.message }))
    child.on('close', (code) => resolve({ stdout: stdout.trim(), failure: stderr.trim() || `exit code ${code}` }))
  })
}

// The request numbers are TIOCSPTLCK and TIOCGPTN of <asm-generic/ioctls.h>. Terminal settings made on the master
// are the slave's. A speed other than 0 matters: B0 asks for a hang-up.
function perlScript(): string {
  return `
use strict; use POSIX ();
open(my $master, '+<&=', 3) or die "descriptor 3: $!";
my ($lock, $number) = (pack('i', 0), pack('i', 0));
ioctl($master, 0x40045431, $lock) or die "unlock: $!";
ioctl($master, 0x80045430, $number) or die "number: $!";
my $tty = POSIX::Termios->new;
$tty->getattr(3) or die "settings: $!";
$tty->setiflag(0); $tty->setoflag(0); $tty->setlflag(0);
$tty->setcflag(POSIX::CS8() | POSIX::CREAD() | POSIX::CLOCAL());
$tty->setispeed(POSIX::B38400()); $tty->setospeed(POSIX::B38400());
$tty->setcc(POSIX::VMIN(), 1); $tty->setcc(POSIX::VTIME(), 0);
$tty->setattr(3, POSIX::TCSANOW()) or die "raw: $!";
print unpack('i', $number);
`
}

function pythonScript(): string {
  return `
import fcntl, struct, termios
fcntl.ioctl(3, 0x40045431, struct.pack('i', 0))
number = struct.unpack('i', fcntl.ioctl(3, 0x80045430, struct.pack('i', 0)))[0]
cc = termios.tcgetattr(3)[6]
cc[termios.VMIN], cc[termios.VTIME] = 1, 0
control = termios.CS8 | termios.CREAD | termios.CLOCAL
termios.tcsetattr(3, termios.TCSANOW, [0, 0, control, 0, termios.B38400, termios.B38400, cc])
print(number)
`
}
