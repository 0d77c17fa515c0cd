import { BSON } from 'bson'
import { type Command, decode, encode, sessionKey, toSpec } from './command.ts'
import type { CommandContext, CommandHandler, CommandTable } from './command-context.ts'
import { CommandError } from './engine-errors.ts'
import { concatenateArray, readElements, readInteger, sliceDocument } from './wire/index.ts'
import { replyOf } from './write-commands.ts'

export const cursorCommands: CommandTable = {
  find: firstPage('find_cursor_first_page'),
  aggregate: firstPage('aggregate_cursor_first_page'),
  listIndexes: withoutEngineOptions(firstPage('list_indexes_cursor_first_page')),
  listCollections: firstPage('list_collections_cursor_first_page'),
  getMore,
  killCursors,
  endSessions,
  refreshSessions: () => encode({ ok: 1 }),
}

const GET_MORE = {
  name: 'cursor_get_more',
  text: `SELECT cursorpage::bytea AS page, continuation::bytea AS continuation
    FROM documentdb_api.cursor_get_more($1, $2::bytea::documentdb_core.bson, $3::bytea::documentdb_core.bson)`,
}

function firstPage(name: string): CommandHandler {
  const statement = {
    name,
    text: `SELECT cursorpage::bytea AS page, continuation::bytea AS continuation, cursorid::text AS id
      FROM documentdb_api.${name}($1, $2::bytea::documentdb_core.bson, $3::text::bigint)`,
  }
  return async (command, { engine, cursors, connection }) => {
    const { database, session, maxTimeMs } = command
    const values = [database, toSpec(command), cursors.newId().toString()]
    const row = await engine.run(statement, values, maxTimeMs)
    if (Buffer.isBuffer(row.continuation))
      cursors.open({
        id: BigInt(String(row.id)),
        database,
        session,
        connection,
        continuation: row.continuation,
      })
    return replyOf(row.page)
  }
}

/** An index definition without this engine's own options, which would prevent a restore elsewhere. */
function withoutEngineOptions(handler: CommandHandler): CommandHandler {
  return async (command, context) => {
    const reply = decode(await handler(command, context))
    const firstBatch: BSON.Document[] = reply.cursor?.firstBatch ?? []
    for (const index of firstBatch) delete index.storageEngine
    return encode(reply)
  }
}

async function getMore(command: Command, { engine, cursors }: CommandContext): Promise<Buffer> {
  const id = readInteger(command.body, command.elements.get('getMore'))
  if (id === undefined)
    throw new CommandError(14, 'TypeMismatch', 'getMore must name a cursor by its number.')
  const cursor = cursors.acquire(id)
  let next: Buffer | null = cursor.continuation
  try {
    const values = [cursor.database, toSpec(command), cursor.continuation]
    const row = await engine.run(GET_MORE, values, command.maxTimeMs)
    next = Buffer.isBuffer(row.continuation) ? row.continuation : null
    return replyOf(row.page)
  } finally {
    cursors.release(cursor, next)
  }
}

function killCursors(command: Command, { cursors }: CommandContext): Buffer {
  const list = command.elements.get('cursors')
  const asked: bigint[] = []
  if (list) {
    const array = sliceDocument(command.body, list.valueStart, list.end)
    for (const item of readElements(array)) asked.push(readInteger(array, item) ?? 0n)
  }
  const killed = new Set(cursors.kill(new Set(asked)))
  const numbers = (ids: bigint[]) => ids.map((id) => BSON.Long.fromBigInt(id))
  return encode({
    cursorsKilled: numbers(asked.filter((id) => killed.has(id))),
    cursorsNotFound: numbers(asked.filter((id) => !killed.has(id))),
    cursorsAlive: [],
    cursorsUnknown: [],
    ok: 1,
  })
}

function endSessions(command: Command, { cursors }: CommandContext): Buffer {
  const list = command.elements.get('endSessions')
  const sessions = new Set<string>()
  if (list) {
    const documents = concatenateArray(command.body, list)
    for (let at = 0; at < documents.length; ) {
      const session = sliceDocument(documents, at)
      sessions.add(sessionKey(session))
      at += session.length
    }
  }
  cursors.endSessions(sessions)
  return encode({ ok: 1 })
}
