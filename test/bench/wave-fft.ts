import { joined } from '../../sim/state.ts'
import { fft } from '../../src/kernels/wave/fft.ts'
import { fourierTransform } from '../../src/kernels/wave/simd-fourier.ts'
import type { Answering, WaveCase } from './wave-case.ts'

/** The Fourier transform of a square of n x n complex numbers. */
export function fftCase(n: number): WaveCase {
  const field = [0.7, 1.3].map((rate) => Float64Array.from({ length: n * n }, (_, i) => Math.cos(rate * i)))
  const [re, im] = field.map((list) => list.slice())
  const begin = () => {
    re.set(field[0])
    im.set(field[1])
  }
  const contender = (name: string, run: () => void): Answering => ({
    name,
    work() {
      begin()
      run()
      return 1
    },
    answer() {
      begin()
      run()
      return joined(re, im)
    },
  })
  const fast = fourierTransform({ rows: n, columns: n })
  const plan = fft(n)
  return {
    kind: 'fft',
    numbers: [n, ...field[0], ...field[1]],
    contenders: [
      contender('WebAssembly', () => fast.forward(re, im)),
      contender('plain TypeScript', () => {
        for (let r = 0; r < n; r++) plan.forward(re, im, r * n)
        for (let c = 0; c < n; c++) plan.forward(re, im, c, n)
      }),
    ],
    unit: 'transforms/s',
  }
}
