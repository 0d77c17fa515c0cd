import type { BSON } from 'bson'
import { type Command, collectionOf, decode, encode, toSpec } from './command.ts'
import type { CommandHandler, CommandTable } from './command-context.ts'
import { CommandError, codeOfPackedState, errorText } from './engine-errors.ts'
import { readInteger } from './wire/index.ts'
import { replyOf } from './write-commands.ts'

export const collectionCommands: CommandTable = {
  count: answer(
    'count_query',
    'SELECT document::bytea AS reply FROM documentdb_api.count_query($1, $2::bytea::documentdb_core.bson)',
  ),
  distinct: answer(
    'distinct_query',
    'SELECT document::bytea AS reply FROM documentdb_api.distinct_query($1, $2::bytea::documentdb_core.bson)',
  ),
  create: answer(
    'create',
    'SELECT documentdb_api.create_collection_view($1, $2::bytea::documentdb_core.bson)::bytea AS reply',
  ),
  createIndexes: answer(
    'create_indexes',
    'SELECT documentdb_api_internal.create_indexes_non_concurrently($1, $2::bytea::documentdb_core.bson, true)::bytea AS reply',
  ),
  dropIndexes: answer(
    'drop_indexes',
    'SELECT documentdb_api_internal.drop_indexes_non_concurrently($1, $2::bytea::documentdb_core.bson)::bytea AS reply',
  ),
  drop: async (command, { engine }) => {
    const collection = collectionOf(command)
    await engine.run(DROP, [command.database, collection])
    return encode({ ns: `${command.database}.${collection}`, ok: 1 })
  },
  dropDatabase: async (command, { engine }) => {
    await engine.run(DROP_DATABASE, [command.database])
    return encode({ dropped: command.database, ok: 1 })
  },
  listDatabases: async (command, { engine }) =>
    replyOf((await engine.run(LIST_DATABASES, [toSpec(command)])).reply),
  collStats: async (command, { engine }) =>
    replyOf(
      (await engine.run(COLL_STATS, [command.database, collectionOf(command), scaleOf(command)])).reply,
    ),
  dbStats: async (command, { engine }) =>
    replyOf((await engine.run(DB_STATS, [command.database, scaleOf(command)])).reply),
}

const DROP = { name: 'drop_collection', text: 'SELECT documentdb_api.drop_collection($1, $2)' }
const DROP_DATABASE = { name: 'drop_database', text: 'SELECT documentdb_api.drop_database($1)' }
const LIST_DATABASES = {
  name: 'list_databases',
  text: 'SELECT documentdb_api.list_databases($1::bytea::documentdb_core.bson)::bytea AS reply',
}
const COLL_STATS = {
  name: 'coll_stats',
  text: 'SELECT documentdb_api.coll_stats($1, $2, $3::float8)::bytea AS reply',
}
const DB_STATS = {
  name: 'db_stats',
  text: 'SELECT documentdb_api.db_stats($1, $2::float8, false)::bytea AS reply',
}
/** A command that calls one function of the engine: database and spec in, the reply out. */
function answer(name: string, text: string): CommandHandler {
  const statement = { name, text }
  return async (command, { engine }) => {
    const row = await engine.run(statement, [command.database, toSpec(command)], command.maxTimeMs)
    return checkReply(replyOf(row.reply))
  }
}

/** Some functions report a failure in their reply; clients get it like any other error. */
function checkReply(bytes: Buffer): Buffer {
  const reply = decode(bytes)
  // createIndexes replies like a sharded cluster; MongoDB's single server has no such layer.
  const result: BSON.Document = reply.raw?.defaultShard ?? reply
  if (Number(result.ok) === 1) return result === reply ? bytes : encode(result)
  const { code, codeName } = codeOfPackedState(Number(result.code))
  throw new CommandError(code, codeName, errorText(code, String(result.errmsg ?? 'The command failed.')))
}

function scaleOf(command: Command): number {
  return Math.max(1, Number(readInteger(command.body, command.elements.get('scale')) ?? 1n))
}
