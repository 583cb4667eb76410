import { lawsOnBoard } from './boards.ts'

await lawsOnBoard('ATmega328P image under simavr, 4-5-3', [4, 5, 3], { target: 'simavr' })
