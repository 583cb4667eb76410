export { type Channel, channels, formatChannel, parseChannel } from './channel.ts'
export {
  actionPort,
  IDEAL_WAVES,
  injectionPort,
  type ThetaRange,
  type WaveConverters,
  type WaveFieldSpec,
  type WaveRange,
  type WaveSheetOptions,
  waveSheet,
} from './sheet.ts'
