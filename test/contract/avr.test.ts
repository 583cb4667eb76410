import { lawsOnBoard } from './boards.ts'

await lawsOnBoard('ATmega328P image under avr8js, 4-5-3', [4, 5, 3], { speed: 3 })
