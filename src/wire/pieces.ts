import { ByteReader, ByteWriter } from './bytes.ts'

/** A stretch of something longer: the description, a snapshot. */
export interface Piece {
  readonly total: number
  readonly offset: number
  readonly bytes: Uint8Array
}

export function encodeDescribeReply(offset: number, bytes: Uint8Array): Uint8Array {
  const writer = new ByteWriter()
  writer.u16(offset)
  writer.bytes(bytes)
  return writer.done()
}

export function decodeDescribeReply(payload: Uint8Array): { offset: number; bytes: Uint8Array } {
  const reader = new ByteReader(payload)
  return { offset: reader.u16(), bytes: reader.bytes(reader.left).slice() }
}

export function encodeSnapshotReply(piece: Piece): Uint8Array {
  const writer = new ByteWriter()
  writePiece(writer, piece)
  return writer.done()
}

export function decodeSnapshotReply(payload: Uint8Array): Piece {
  return readPiece(new ByteReader(payload))
}

export function encodeRestore(armId: number, piece: Piece): Uint8Array {
  const writer = new ByteWriter()
  writer.u32(armId)
  writePiece(writer, piece)
  return writer.done()
}

export function decodeRestore(payload: Uint8Array): { armId: number } & Piece {
  const reader = new ByteReader(payload)
  return { armId: reader.u32(), ...readPiece(reader) }
}

function writePiece(writer: ByteWriter, piece: Piece): void {
  writer.u32(piece.total)
  writer.u32(piece.offset)
  writer.bytes(piece.bytes)
}

function readPiece(reader: ByteReader): Piece {
  return { total: reader.u32(), offset: reader.u32(), bytes: reader.bytes(reader.left).slice() }
}
