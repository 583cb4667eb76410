import { attach } from '../../contract/device.ts'
import { type AnyDevice, readings } from '../bench.ts'
import { demand, type Law } from '../law.ts'
import { pause } from './order.ts'
import { refused } from './refusals.ts'

export const disposal: Law = {
  name: 'disposing twice is fine and use after it is refused',
  check: (bench) =>
    bench.own(async (backend) => {
      const device: AnyDevice = attach(backend)
      const inputs = bench.inputs()
      const theta = inputs.theta()
      const block = { slots: 1, drive: inputs.drive(1) }
      await device.store(theta)
      await device[Symbol.asyncDispose]()
      await device[Symbol.asyncDispose]()
      await backend[Symbol.asyncDispose]()
      await refused('store after dispose', 'DISPOSED', () => device.store(theta))
      await refused('measure after dispose', 'DISPOSED', () => readings(device, block))
      if (device.state) await refused('snapshot after dispose', 'DISPOSED', async () => device.state?.snapshot())
      const code = {
        kind: 'code',
        seed: 1,
        first: 0,
        amplitudes: inputs.amplitudes(),
        hold: 1,
        pairing: 'single',
      } as const
      for (const family of device.codes?.families.slice(0, 1) ?? []) {
        const call = async () => device.codes?.apply({ ...code, family }, new Float64Array(1), theta)
        await refused('applying codes after dispose', 'DISPOSED', call)
      }
    }),
}

export const disposedBusy: Law = {
  name: 'a call under way settles before its machine is closed, and waiting calls are refused',
  check: (bench) =>
    bench.own(async (backend) => {
      const device: AnyDevice = attach(backend)
      const inputs = bench.inputs()
      const block = { slots: bench.slots, drive: inputs.drive(bench.slots) }
      await device.store(inputs.theta())
      const settled: string[] = []
      const running = readings(device, block).finally(() => settled.push('call'))
      const waiting = readings(device, block)
      waiting.catch(() => {})
      await device[Symbol.asyncDispose]().then(() => settled.push('dispose'))
      await pause()
      demand(settled.join() === 'call,dispose', 'the call to settle, then the disposal', settled.join() || 'neither')
      await running
      await refused('a call that was waiting', 'DISPOSED', () => waiting)
    }),
}
