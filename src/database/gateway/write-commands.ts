import type { BSON } from 'bson'
import { type Command, decode, encode, tooLarge, toSequence, toSpec } from './command.ts'
import type { CommandContext, CommandHandler, CommandTable } from './command-context.ts'
import type { Statement } from './engine.ts'
import { CommandError, codeOfPackedState, errorText } from './engine-errors.ts'
import { MAX_DOCUMENT_BYTES, measureSequence } from './wire/index.ts'

/** Limits of one command, reported in hello and set in the engine. */
export const MAX_WRITE_BATCH = 100_000

const WRITE_ERRORS = Buffer.from('writeErrors\0')

export const writeCommands: CommandTable = {
  insert: write('insert', 'documents'),
  update: write('update', 'updates'),
  delete: write('delete', 'deletes'),
  findAndModify,
  findandmodify: findAndModify,
}

const FIND_AND_MODIFY: Statement = {
  name: 'find_and_modify',
  text: 'SELECT p_result::bytea AS reply FROM documentdb_api.find_and_modify($1, $2::bytea::documentdb_core.bson)',
}

function write(action: 'insert' | 'update' | 'delete', list: string): CommandHandler {
  const statement = {
    name: action,
    text: `SELECT p_result::bytea AS reply FROM documentdb_api.${action}($1, $2::bytea::documentdb_core.bson, $3::bytea::documentdb_core.bsonsequence)`,
  }
  return async (command, { engine }) => {
    const sequence = toSequence(command, list)
    checkBatch(sequence)
    const row = await engine.run(
      statement,
      [command.database, toSpec(command, list), sequence],
      command.maxTimeMs,
    )
    const reply = replyOf(row.reply)
    return reply.includes(WRITE_ERRORS) ? encode(translateWriteErrors(decode(reply))) : reply
  }
}

async function findAndModify(command: Command, { engine }: CommandContext): Promise<Buffer> {
  const row = await engine.run(FIND_AND_MODIFY, [command.database, toSpec(command)], command.maxTimeMs)
  return replyOf(row.reply)
}

function checkBatch(sequence: Buffer): void {
  const { count, largest } = measureSequence(sequence)
  if (largest > MAX_DOCUMENT_BYTES) throw tooLarge(largest)
  if (count === 0 || count > MAX_WRITE_BATCH)
    throw new CommandError(
      16,
      'InvalidLength',
      `A write carries 1 to ${MAX_WRITE_BATCH} operations, not ${count}.`,
    )
}

function translateWriteErrors(reply: BSON.Document): BSON.Document {
  if (!Array.isArray(reply.writeErrors)) return reply
  const writeErrors = reply.writeErrors.map((error: BSON.Document) => {
    const { code } = codeOfPackedState(Number(error.code))
    return { ...error, code, errmsg: errorText(code, String(error.errmsg ?? '')) }
  })
  return { ...reply, writeErrors }
}

/** The engine's answer as bytes. */
export function replyOf(value: unknown): Buffer {
  if (!Buffer.isBuffer(value)) throw new CommandError(1, 'InternalError', 'The engine gave no answer.')
  return value
}
