import { createHash, randomBytes } from 'node:crypto'
import type { ColumnWindow, FileUpload, Models } from '../../../models/index.ts'
import type { AssignedColumn } from '../../customers/fields/index.ts'
import { asLiterals, fromNow, isAhead } from '../lease/index.ts'

/** Milliseconds until a modal must be submitted; a file can have hundreds of columns. */
const SEND_WITHIN_MS = 30 * 60_000

/** Stores what a modal is about. @returns the random id, which is all the modal carries */
export async function rememberColumnWindow(
  models: Models,
  window: Omit<ColumnWindow, '_id' | 'until'>,
): Promise<string> {
  const token = randomBytes(16).toString('hex')
  await models.columnWindows.collection.updateOne(
    { _id: token },
    [{ $set: { ...asLiterals(window), until: fromNow(SEND_WITHIN_MS) } }],
    {
      upsert: true,
    },
  )
  return token
}

/** @returns null if this person has no such modal, has submitted it, or opened it too long ago */
export async function findColumnWindow(
  models: Models,
  token: string,
  user: string,
): Promise<ColumnWindow | null> {
  if (!/^[0-9a-f]{32}$/.test(token)) return null
  return await models.columnWindows.collection.findOne<ColumnWindow>({
    _id: token,
    user,
    ...isAhead('until'),
  })
}

/** Stores the choices of a page before another page is shown. */
export async function saveColumnWindow(
  models: Models,
  { _id, user }: ColumnWindow,
  columns: readonly AssignedColumn[],
): Promise<void> {
  await models.columnWindows.collection.updateOne({ _id: _id, user }, { $set: { columns: [...columns] } })
}

/**
 * Deletes a modal's document, so that a second submit does nothing. @returns false if it is already deleted
 */
export async function takeColumnWindow(models: Models, { _id, user }: ColumnWindow): Promise<boolean> {
  const { deletedCount } = await models.columnWindows.collection.deleteOne({ _id: _id, user })
  return deletedCount === 1
}

/**
 * A hash of how a file was read, to notice that its columns were changed while a modal was open. Headings are
 * not in it: they can be erased.
 */
export function hashReading({ file: { mapping, columns, header } }: FileUpload): string {
  const targets = mapping?.columns.map(({ index, target, field, rank = 0 }) => [index, target, field, rank])
  const chosen = columns?.columns.map(({ index, target, field, rule }) => [index, target, field, rule])
  const reading = [header?.length, targets, mapping?.rules, chosen]
  return createHash('sha256').update(JSON.stringify(reading)).digest('hex').slice(0, 32)
}
