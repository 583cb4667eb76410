export { applyOverhead, type Coefficients, decodeApply, encodeApply } from './apply.ts'
export { parameterBytes, parametersWithin } from './banks.ts'
export { ByteReader, ByteWriter, WireError } from './bytes.ts'
export type { Channel, ChannelListener, Clock } from './channel.ts'
export { cobsBound, cobsDecode, cobsEncode } from './cobs.ts'
export { FAMILIES, ValueError } from './code.ts'
export * from './control.ts'
export { crc32 } from './crc32.ts'
export {
  decodeData,
  encodeData,
  type Inner,
  type InnerReadings,
  innerWidth,
  mostInnerSlots,
  slotBytes,
  widestSlot,
} from './data.ts'
export { FrameDecoder } from './decoder.ts'
export { type Description, encodeDescription, parseDescription } from './description.ts'
export { DESCRIPTION_LIMIT, type EchoFacet, WIRE_LIMIT } from './description-schema.ts'
export * from './echo.ts'
export { encodeFrame, FRAME_OVERHEAD, type Frame, HOST_MAX_FRAME, wireBytes } from './frame.ts'
export {
  decodeLearn,
  decodeLearnReply,
  encodeLearn,
  encodeLearnReply,
  type Gain,
  type LearnReply,
  type LearnRequest,
  learnBytes,
} from './learn.ts'
export { decodeMeasure, encodeMeasure, type MeasureRequest, measureBytes } from './measure.ts'
export {
  asRead,
  type FacetPorts,
  type Format,
  type Layout,
  layoutOf,
  NO_READING,
  numberBytes,
  sparesLowest,
  toCount,
} from './numbers.ts'
export { isPackable } from './packed.ts'
export {
  decodeRead,
  decodeReadReply,
  decodeWrite,
  encodeRead,
  encodeReadReply,
  encodeWrite,
  parameterCrc,
  stretchBytes,
} from './parameters.ts'
export * from './pieces.ts'
export * from './protocol.ts'
export * from './spike-runs.ts'
export * from './spikes.ts'
