import { InsituError } from '../../src/errors.ts'
import { lockInOptions } from '../lockin/plugin-settings.ts'
import { definePlugin, type Plugin } from '../plugin.ts'
import { openChannel, parseUri } from '../uri.ts'
import { openImager } from './imager.ts'

/**
 * `thz-imager+serial:/dev/ttyUSB0?baud=19200&sensitivity=10 mV&timeConstant=100 ms&display=serial:/dev/ttyACM0`: the
 * amplifier's port in front, the display's address, and with `displayBaud` its speed, among the settings.
 */
export const imagerPlugin: Plugin = definePlugin({
  name: 'thz-imager',
  async open({ channel }, given) {
    if (given.display === undefined)
      throw new InsituError('CONFIG', 'thz-imager: say where its display is, e.g. display=serial:/dev/ttyACM0')
    const options = await lockInOptions(given)
    const speed = given.displayBaud === undefined ? '' : `?baud=${given.displayBaud}`
    const display = await openChannel(parseUri(`${given.display}${speed}`))
    return openImager(display, channel, options)
  },
})
