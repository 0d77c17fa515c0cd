import { beforeEach, describe, expect, it } from 'vitest'
import { type CursorStore, createCursorStore } from '../../../src/database/gateway/cursors.ts'

const IDLE_MS = 10 * 60_000
const ORPHAN_MS = 30_000

let time: number
let closed: bigint[]
let cursors: CursorStore

beforeEach(() => {
  time = 1_000_000
  closed = []
  cursors = createCursorStore({ now: () => time, onClosed: (ids) => closed.push(...ids) })
})

function open(id: bigint, session: string | null = null, connection = 1): bigint {
  cursors.open({ id, database: 'x', session, connection, continuation: Buffer.from([1]) })
  return id
}

describe('the cursor store', () => {
  it('gives numbers that are positive and fit in 64 bits', () => {
    for (let turn = 0; turn < 1000; turn += 1) {
      const id = cursors.newId()
      expect(id > 0n && id < 2n ** 63n).toBe(true)
    }
  })

  it('keeps a cursor’s place from page to page and forgets it after the last', () => {
    const cursor = cursors.acquire(open(1n))
    cursors.release(cursor, Buffer.from([2]))
    expect(cursors.acquire(1n).continuation).toEqual(Buffer.from([2]))
    cursors.release(cursor, null)
    expect(() => cursors.acquire(1n)).toThrow(expect.objectContaining({ code: 43 }))
    expect(closed).toEqual([])
  })

  it('serves one request at a time', () => {
    const cursor = cursors.acquire(open(1n))
    expect(() => cursors.acquire(1n)).toThrow(expect.objectContaining({ code: 143 }))
    cursors.release(cursor, Buffer.from([2]))
    expect(cursors.acquire(1n)).toBe(cursor)
  })

  it('closes one that nobody asked for in ten minutes, counted from its last page', () => {
    open(1n)
    time += IDLE_MS - 1
    cursors.closeExpired()
    cursors.release(cursors.acquire(1n), Buffer.from([2]))
    time += IDLE_MS - 1
    cursors.closeExpired()
    expect(closed).toEqual([])
    time += 1
    cursors.closeExpired()
    expect([closed, cursors.size]).toEqual([[1n], 0])
  })

  it('closes those of a lost connection soon, unless another one goes on with them', () => {
    open(1n, null, 1)
    open(2n, null, 1)
    open(3n, null, 2)
    cursors.loseConnection(1)
    cursors.release(cursors.acquire(2n), Buffer.from([2]))
    time += ORPHAN_MS
    cursors.closeExpired()
    expect([closed, cursors.size]).toEqual([[1n], 2])
  })

  it('closes those of an ended session', () => {
    open(1n, 'mine')
    open(2n, 'theirs')
    open(3n)
    cursors.endSessions(new Set(['mine']))
    expect(closed).toEqual([1n])
  })

  it('kills the ones named, but none that is serving a page', () => {
    open(1n)
    open(2n)
    cursors.acquire(2n)
    expect(cursors.kill(new Set([1n, 2n, 9n]))).toEqual([1n])
  })
})
