import { execFileSync } from 'node:child_process'
import { hostname } from 'node:os'
import type { Provenance } from '../run/index.ts'
import { packageRoot, version } from './package.ts'

/** Where this program came from: versions, and the git revision if it runs from a working copy. */
export function provenance(): Provenance {
  return {
    versions: { insitu: version(), node: process.versions.node, platform: `${process.platform} ${process.arch}` },
    git: revision(),
    pid: process.pid,
    host: hostname(),
  }
}

function revision(): Provenance['git'] {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', packageRoot(), ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  try {
    // An installed package may lie inside somebody else's repository: its revision would say nothing about us.
    if (git('ls-files', 'package.json') === '') return null
    return { revision: git('rev-parse', 'HEAD'), dirty: git('status', '--porcelain') !== '' }
  } catch {
    return null
  }
}
