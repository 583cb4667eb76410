import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const CACHE = new URL('../../.cache/', import.meta.url).pathname

/** Temporary folders for everything a test run writes; they go when the run ends. */
export default function scratch(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'insitu-test-'))
  process.env.TMPDIR = folder
  // Compiled sources find packages, fixtures and the manifest from inside the checkout only.
  mkdirSync(CACHE, { recursive: true })
  const compiled = mkdtempSync(join(CACHE, 'compiled-'))
  process.env.INSITU_COMPILED = compiled
  return () => {
    for (const path of [folder, compiled]) rmSync(path, { recursive: true, force: true })
  }
}
