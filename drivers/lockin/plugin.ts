import { definePlugin, type Plugin } from '../plugin.ts'
import { openLockInBackend } from './backend.ts'
import { lockInOptions } from './plugin-settings.ts'

/** `lockin+serial:/dev/ttyUSB0?baud=19200&sensitivity=10 mV&timeConstant=100 ms`; see docs/how-to/use-a-lock-in.md. */
export const lockInPlugin: Plugin = definePlugin({
  name: 'lockin',
  open: async ({ channel }, given) => openLockInBackend(channel, await lockInOptions(given)),
})
