import { lawsOnBoard } from './boards.ts'

await lawsOnBoard('host build of the firmware, 4-5-3', [4, 5, 3], { target: 'host' })
