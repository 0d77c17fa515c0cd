import { randomBytes } from 'node:crypto'
import { CommandError } from './engine-errors.ts'

/** A query's continuation: the engine returns it with every page and needs it for the next. */
interface Cursor {
  readonly id: bigint
  readonly database: string
  readonly session: string | null
  readonly connection: number
  continuation: Buffer
  busy: boolean
  /** Milliseconds of `now()` after which the cursor is considered abandoned. */
  expiresAt: number
}

interface CursorStoreOptions {
  readonly now: () => number
  /** Called with cursors that ended before their last page, so that the engine can drop their state. */
  readonly onClosed: (ids: readonly bigint[]) => void
}

/** MongoDB's default, `cursorTimeoutMillis`. */
const IDLE_MS = 10 * 60_000
/** Drivers may continue a cursor on another connection, so a lost connection only shortens its life. */
const ORPHAN_MS = 30_000

/** The open cursors. A cursor ends with its last page, a kill request, or after a timeout. */
export function createCursorStore({ now, onClosed }: CursorStoreOptions) {
  const cursors = new Map<bigint, Cursor>()

  function close(which: (cursor: Cursor) => boolean): bigint[] {
    const closed = [...cursors.values()].filter((cursor) => !cursor.busy && which(cursor)).map(({ id }) => id)
    for (const id of closed) cursors.delete(id)
    if (closed.length > 0) onClosed(closed)
    return closed
  }

  return {
    get size(): number {
      return cursors.size
    },

    /** An id that no cursor has, not even of an earlier run: the engine names files after it. */
    newId(): bigint {
      return randomBytes(8).readBigUInt64LE() >> 2n || 1n
    },

    open(cursor: Omit<Cursor, 'busy' | 'expiresAt'>): void {
      cursors.set(cursor.id, { ...cursor, busy: false, expiresAt: now() + IDLE_MS })
    },

    /** The cursor, for one getMore at a time; `release` returns it. */
    acquire(id: bigint): Cursor {
      const cursor = cursors.get(id)
      if (!cursor) throw new CommandError(43, 'CursorNotFound', `cursor id ${id} not found`)
      if (cursor.busy) throw new CommandError(143, 'CursorInUse', `cursor id ${id} is already in use`)
      cursor.busy = true
      return cursor
    },

    /** Returns a cursor with its next continuation, or null after its last page. */
    release(cursor: Cursor, continuation: Buffer | null): void {
      cursor.busy = false
      cursor.expiresAt = now() + IDLE_MS
      if (continuation) cursor.continuation = continuation
      else cursors.delete(cursor.id)
    },

    kill(ids: ReadonlySet<bigint>): bigint[] {
      return close((cursor) => ids.has(cursor.id))
    },

    endSessions(sessions: ReadonlySet<string>): void {
      close((cursor) => cursor.session !== null && sessions.has(cursor.session))
    },

    loseConnection(connection: number): void {
      for (const cursor of cursors.values())
        if (cursor.connection === connection) cursor.expiresAt = Math.min(cursor.expiresAt, now() + ORPHAN_MS)
    },

    closeExpired(): void {
      const time = now()
      close((cursor) => cursor.expiresAt <= time)
    },
  }
}

export type CursorStore = ReturnType<typeof createCursorStore>
