import { startBoard } from '../../sim/bench/index.ts'

const board = await startBoard({ link: process.argv[2] })
console.log(JSON.stringify({ pid: board.pid, path: board.path }))
