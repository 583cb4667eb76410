import {
  armRequest,
  ByteReader,
  clearRequest,
  configureReply,
  decodeRead,
  decodeWrite,
  encodeDescribeReply,
  encodeReadReply,
  FAULT,
  FRAME_OVERHEAD,
  helloReply,
  helloRequest,
  parametersWithin,
  pingReply,
  REFUSED,
  REQUEST,
  STATE,
  stateReply,
  storedReply,
  stretchBytes,
} from '../../src/wire/index.ts'
import type { Board } from './serve-board.ts'
import { serveDrop, serveEcho, serveLaunch } from './serve-echo.ts'
import { Refused } from './serve-refused.ts'
import type { Reply } from './serve-replies.ts'
import { serveShow } from './serve-show.ts'
import { serveRestore, serveSnapshot } from './serve-state.ts'
import { serveApply, serveLearn, serveMeasure } from './serve-work.ts'

export interface LinkNews {
  readonly badFrames: number
}

type Handler = (board: Board, payload: Uint8Array, news: LinkNews) => readonly Reply[] | Promise<readonly Reply[]>

const one = (payload: Uint8Array): readonly Reply[] => [{ payload }]
const state = (board: Board) => one(stateReply.encode({ state: board.state }))

/** What a served machine does for each request type. */
export const handlers: Readonly<Record<number, Handler>> = {
  [REQUEST.hello]: (board, payload) => {
    const { nonce } = helloRequest.decode(payload)
    return one(helloReply.encode({ nonce, ...board.identity() }))
  },
  [REQUEST.describe]: (board, payload) => {
    const reader = new ByteReader(payload)
    const offset = reader.u16()
    reader.end()
    const most = board.maxFrame - FRAME_OVERHEAD - 2
    return one(encodeDescribeReply(offset, board.description.subarray(offset, offset + most)))
  },
  [REQUEST.configure]: (board, payload) => {
    if (board.state !== STATE.idle) throw new Refused(REFUSED.state, STATE.idle)
    // A backend is what it was made as; there is nothing to set up.
    if (payload.length > 0) throw new Refused(REFUSED.length, 0)
    return one(configureReply.encode(board.identity()))
  },
  [REQUEST.arm]: async (board, payload) => {
    const { armId, watchdogMs } = armRequest.decode(payload)
    if (board.state === STATE.fault) throw new Refused(REFUSED.fault, board.fault)
    if (armId === 0) throw new Refused(REFUSED.value, 0)
    if (watchdogMs === 0) throw new Refused(REFUSED.value, 4)
    await board.runway.clear()
    board.spikes?.clear()
    board.armId = armId
    board.watchdogMs = watchdogMs
    board.state = STATE.armed
    return state(board)
  },
  [REQUEST.disarm]: async (board) => {
    await board.disarm()
    return state(board)
  },
  [REQUEST.write]: async (board, payload) => {
    const { armId, first, values } = decodeWrite(board.layout, payload)
    board.checkFree(armId)
    board.checkTheta(values, first, 4 + stretchBytes(board.layout))
    const theta = values.length < board.theta.length ? (await board.current()).slice() : board.theta.slice()
    theta.set(values, first)
    await board.store(theta)
    return one(storedReply.encode({ parameterCrc: board.parameterCrc }))
  },
  [REQUEST.read]: async (board, payload) => {
    const { layout, maxFrame, theta } = board
    const { first, count } = decodeRead(layout, payload)
    if (first + count > theta.length) throw new Refused(REFUSED.limit, theta.length)
    const most = parametersWithin(layout, first, maxFrame - FRAME_OVERHEAD - stretchBytes(layout))
    return one(encodeReadReply(layout, await board.current(), first, Math.min(count, most)))
  },
  [REQUEST.ping]: (board, _payload, { badFrames }) => {
    const { fault, boot, armId, parameterCrc } = board
    return one(
      pingReply.encode({ state: board.state, fault, boot, armId, badFrames: badFrames & 0xffff, parameterCrc }),
    )
  },
  [REQUEST.measure]: serveMeasure,
  [REQUEST.apply]: serveApply,
  [REQUEST.learn]: serveLearn,
  [REQUEST.launch]: serveLaunch,
  [REQUEST.echo]: serveEcho,
  [REQUEST.drop]: serveDrop,
  [REQUEST.show]: serveShow,
  [REQUEST.abort]: async (board) => {
    // The work itself was stopped when the request came.
    await board.runway.clear()
    return state(board)
  },
  [REQUEST.clear]: (board, payload) => {
    const { fault } = clearRequest.decode(payload)
    if (board.state === STATE.fault) {
      if (fault !== board.fault) throw new Refused(REFUSED.fault, board.fault)
      board.state = STATE.idle
      board.fault = FAULT.none
    }
    return state(board)
  },
  [REQUEST.snapshot]: serveSnapshot,
  [REQUEST.restore]: serveRestore,
}
