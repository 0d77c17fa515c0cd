import { mongo } from 'mongoose'
import {
  type ChosenColumn,
  type ColumnChoice,
  type FileUpload,
  isDuplicateKey,
  type Models,
} from '../../../models/index.ts'
import { bareHeader } from '../../customers/columns/index.ts'
import { nextNumber } from '../lease/index.ts'

/** The column somebody chose for files with this header, or null where nobody had to. */
export async function findChoice(models: Models, header: readonly string[]): Promise<ChosenColumn | null> {
  const { fingerprint, indexes } = bareHeader(header)
  if (fingerprint === null) return null
  const choice = await models.columnChoices.collection.findOne<ColumnChoice>({ fingerprint })
  const index = choice ? indexes[choice.column] : undefined
  if (!choice || index === undefined) return null
  return {
    header: header[index] ?? '',
    index,
    by: choice.chosen_by,
    at: choice.chosen_at,
    upload: choice.upload,
  }
}

/**
 * Remembers an answer for files to come. Safe to repeat: an older answer never replaces a newer one. Where the header
 * names nothing, there is nothing to know such files by, and nothing is remembered.
 */
export async function rememberChoice(
  models: Models,
  upload: FileUpload,
  header: readonly string[],
  chosen: ChosenColumn,
): Promise<void> {
  const bare = bareHeader(header)
  const column = bare.indexes.indexOf(chosen.index)
  if (bare.fingerprint === null || column < 0) return
  const said = { column, chosen_by: chosen.by, chosen_at: chosen.at, upload: upload.number }
  await storeChoice(models, { fingerprint: bare.fingerprint, header: [...bare.header] }, said)
}

/** Stores a choice under its fingerprint, unless a newer one is there. */
export async function storeChoice(
  models: Models,
  among: Pick<ColumnChoice, 'kind' | 'fingerprint' | 'header'>,
  said: Pick<ColumnChoice, 'column' | 'chosen_by' | 'chosen_at' | 'upload'>,
): Promise<void> {
  const choices = models.columnChoices.collection
  const { fingerprint } = among
  const known = await choices.updateOne({ fingerprint, chosen_at: { $lt: said.chosen_at } }, { $set: said })
  if (known.matchedCount > 0 || (await choices.findOne({ fingerprint }))) return
  try {
    const number = await nextNumber(models, 'column_choices')
    const _id = new mongo.ObjectId()
    await choices.insertOne({ _id, number, ...among, ...said })
  } catch (error) {
    // Two answers at once: one of them is remembered, and both were imported as their people said.
    if (!isDuplicateKey(error)) throw error
  }
}

export async function listChoices(models: Models, limit: number): Promise<ColumnChoice[]> {
  return await models.columnChoices.collection
    .find<ColumnChoice>({})
    .sort({ chosen_at: -1 })
    .limit(limit)
    .toArray()
}

export async function findChoiceByNumber(models: Models, number: number): Promise<ColumnChoice | null> {
  return await models.columnChoices.collection.findOne<ColumnChoice>({ number })
}

/** @returns the choice as it is from now on, or null where it was forgotten meanwhile */
export async function changeChoice(
  models: Models,
  number: number,
  change: { readonly column: number; readonly by: string; readonly at: Date },
): Promise<ColumnChoice | null> {
  const { column, by, at } = change
  return (await models.columnChoices.collection.findOneAndUpdate(
    { number },
    { $set: { column, chosen_by: by, chosen_at: at } },
    { returnDocument: 'after' },
  )) as unknown as ColumnChoice | null
}

/** @returns what was forgotten, or null where there was nothing by that number */
export async function forgetChoice(models: Models, number: number): Promise<ColumnChoice | null> {
  return (await models.columnChoices.collection.findOneAndDelete({
    number,
  })) as unknown as ColumnChoice | null
}
