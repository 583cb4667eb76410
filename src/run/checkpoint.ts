import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Checkpoint } from './documents.ts'
import { writeWhole } from './files.ts'
import { checksum } from './line.ts'
import { pack, unpack } from './pack.ts'

/** Checkpoints kept: the one before the last is there if the last cannot be read. */
const KEPT = 2

const NAME = /^checkpoint-(\d+)\.json$/

/** Writes a checkpoint by rename, then drops all but the newest two. */
export function writeCheckpoint(directory: string, checkpoint: Checkpoint): void {
  const body = JSON.stringify(pack(checkpoint))
  writeWhole(
    join(directory, `checkpoint-${String(checkpoint.step).padStart(9, '0')}.json`),
    `{"crc":"${checksum(body)}","body":${body}}\n`,
  )
  for (const name of names(directory).slice(0, -KEPT)) rmSync(join(directory, name), { force: true })
}

/** The newest checkpoint that is whole, or nothing. */
export function newestCheckpoint(directory: string): Checkpoint | undefined {
  for (const name of names(directory).reverse()) {
    const checkpoint = parse(readFileSync(join(directory, name), 'utf8'))
    if (checkpoint !== undefined) return checkpoint
  }
  return undefined
}

function names(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => NAME.test(name))
    .sort()
}

function parse(text: string): Checkpoint | undefined {
  const match = /^\{"crc":"([0-9a-f]{8})","body":(.*)\}\n$/s.exec(text)
  if (match === null || checksum(match[2]) !== match[1]) return undefined
  return unpack(JSON.parse(match[2])) as Checkpoint
}
