import { mongo } from 'mongoose'
import {
  type ChosenColumn,
  type ChosenColumns,
  type ColumnChoice,
  deleteMatching,
  type FileUpload,
  isDuplicateKey,
  type Models,
  updateMatching,
} from '../../../models/index.ts'
import { bareHeader } from '../../customers/columns/index.ts'
import { type AssignedColumn, type HeaderMapping, moveIdentity } from '../../customers/fields/index.ts'
import { nextNumber } from '../lease/index.ts'

/** The choices stored for a header. */
interface KnownChoices {
  /** The choice of this channel; it applies. */
  readonly here: ChosenColumn | undefined
  /** The latest choice of another channel: only a suggestion, because each channel decides for itself. */
  readonly elsewhere: ChosenColumn | undefined
  /** Targets of single columns, in this channel. */
  readonly columns: ChosenColumns | undefined
}

/**
 * @param channel where the file was shared; undefined on the command line, where other channels' choices are
 * suggestions
 */
export async function findChoices(
  models: Models,
  header: readonly string[],
  channel: string | undefined,
): Promise<KnownChoices> {
  const { fingerprint, indexes } = bareHeader(header)
  if (fingerprint === null) return { here: undefined, elsewhere: undefined, columns: undefined }
  const toColumn = (choice: ColumnChoice | undefined): ChosenColumn | undefined => {
    const index = choice ? indexes[choice.column] : undefined
    if (!choice || index === undefined || choice.kind === 'columns') return undefined
    const { chosen_by: by, chosen_at: at, upload } = choice
    const reading = choice.reading && moveIdentity(choice.reading, (position) => indexes[position])
    // A person may have corrected the column since.
    const phones = [index, ...(reading?.phones.filter((phone) => phone !== index) ?? [])]
    return {
      header: header[index] ?? '',
      index,
      by,
      at,
      upload,
      ...(reading && { reading: { ...reading, phones } }),
    }
  }
  // One per channel.
  const choices = await models.columnChoices.collection.find<ColumnChoice>({ fingerprint }).toArray()
  // A choice of unknown channel applies nowhere.
  const own = channel === undefined ? undefined : choices.find((choice) => choice.channel === channel)
  const [latest] = own
    ? []
    : choices
        .filter(({ kind }) => kind !== 'columns')
        .sort((a, b) => b.chosen_at.getTime() - a.chosen_at.getTime())
  return { here: toColumn(own), elsewhere: toColumn(latest), columns: toColumns(own, indexes) }
}

/** Converts indexes among the headings to indexes in the file. */
function toColumns(choice: ColumnChoice | undefined, indexes: readonly number[]): ChosenColumns | undefined {
  if (!choice?.columns?.length) return undefined
  const columns = choice.columns.flatMap((one): AssignedColumn[] => {
    const index = indexes[one.index]
    return index === undefined ? [] : [{ ...one, index }]
  })
  return { columns, by: choice.chosen_by, at: choice.chosen_at, upload: choice.upload }
}

/**
 * Stores an answer for later files in its channel. Safe to repeat: an older answer never replaces a newer
 * one. A header without names identifies no files, so nothing is stored.
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
  const reading = chosen.reading && moveIdentity(chosen.reading, positionIn(bare.indexes))
  const text = {
    column,
    chosen_by: chosen.by,
    chosen_at: chosen.at,
    upload: upload.number,
    ...(reading && { reading }),
  }
  await storeChoice(models, upload, { fingerprint: bare.fingerprint, header: [...bare.header] }, text)
}

/**
 * Stores the targets of single columns. The phone column is stored with them: from these targets, or from the
 * header.
 */
export async function rememberColumns(
  models: Models,
  upload: FileUpload,
  header: readonly string[],
  { columns, by, at }: ChosenColumns,
  mapping: HeaderMapping,
): Promise<void> {
  const bare = bareHeader(header)
  const phone = mapping.columns.find(({ target, rank }) => target === 'phone' && rank === 0)
  const column = bare.indexes.indexOf(phone?.index ?? -1)
  if (bare.fingerprint === null || column < 0) return
  const answer = columns.flatMap((one): AssignedColumn[] => {
    const index = bare.indexes.indexOf(one.index)
    return index < 0 ? [] : [{ ...one, index }]
  })
  const isPhoneStated =
    upload.file.phone_column !== undefined || answer.some(({ target }) => target === 'phone')
  await storeChoice(
    models,
    upload,
    {
      ...(!isPhoneStated && { kind: 'columns' }),
      fingerprint: bare.fingerprint,
      header: [...bare.header],
    },
    { column, columns: answer, chosen_by: by, chosen_at: at, upload: upload.number },
  )
}

const positionIn =
  (indexes: readonly number[]) =>
  (index: number): number | undefined => {
    const position = indexes.indexOf(index)
    return position < 0 ? undefined : position
  }

/**
 * Stores a choice for the channel of its upload, unless a newer one exists. The command line has no channel.
 */
export async function storeChoice(
  models: Models,
  { source }: FileUpload,
  among: Pick<ColumnChoice, 'kind' | 'fingerprint' | 'header' | 'sender' | 'headings'>,
  output: Pick<ColumnChoice, 'column' | 'columns' | 'chosen_by' | 'chosen_at' | 'upload' | 'reading'>,
): Promise<void> {
  if (source.kind !== 'slack') return
  const choices = models.columnChoices.collection
  const { channel } = source
  const key = { fingerprint: among.fingerprint, channel }
  const before = await choices.findOne<ColumnChoice>(key)
  const isPhone = among.kind === undefined && output.columns === undefined
  const update = isPhone ? choosePhone(before, output) : chooseColumns(among, output)
  const known = await choices.updateOne({ ...key, chosen_at: { $lt: output.chosen_at } }, update)
  if (known.matchedCount > 0 || before || (await choices.findOne(key))) return
  try {
    const number = await nextNumber(models, 'column_choices')
    const _id = new mongo.ObjectId()
    await choices.insertOne({ _id, number, channel, ...among, ...output })
  } catch (error) {
    // Two answers at once: one is stored, and both uploads were imported as answered.
    if (!isDuplicateKey(error)) throw error
  }
}

/** A newly chosen phone column replaces earlier targets of phone columns, and its own. */
function choosePhone(before: ColumnChoice | null, printed: Partial<ColumnChoice>) {
  const columns = before?.columns?.filter(
    ({ index, target }) => target !== 'phone' && index !== printed.column,
  )
  return { $set: { ...printed, ...(columns && { columns }) }, $unset: { kind: '' } }
}

function chooseColumns({ kind }: Pick<ColumnChoice, 'kind'>, message: Partial<ColumnChoice>) {
  // An earlier chosen phone column stays: it is where the phones were read.
  return kind === undefined ? { $set: message, $unset: { kind: '' } } : { $set: message }
}

/** Lists the choices of some channels, the latest first. */
export async function listChoices(
  models: Models,
  channels: ReadonlySet<string>,
  limit: number,
): Promise<ColumnChoice[]> {
  return await models.columnChoices.collection
    .find<ColumnChoice>({ channel: { $in: [...channels] } })
    .sort({ chosen_at: -1 })
    .limit(limit)
    .toArray()
}

/** Finds a choice of one of some channels. */
export async function findChoiceByNumber(
  models: Models,
  number: number,
  channels: ReadonlySet<string>,
): Promise<ColumnChoice | null> {
  return await models.columnChoices.collection.findOne<ColumnChoice>({
    number,
    channel: { $in: [...channels] },
  })
}

/** @returns the changed choice, or null if it was deleted in the meantime */
export async function changeChoice(
  models: Models,
  number: number,
  change: { readonly column: number; readonly by: string; readonly at: Date },
): Promise<ColumnChoice | null> {
  const { column, by, at } = change
  return await updateMatching(
    models.columnChoices,
    { number },
    await changeOf(models, number, { column, chosen_by: by, chosen_at: at }),
  )
}

/** For a sheet or an encoding, only another one can be chosen. */
async function changeOf(models: Models, number: number, stated: Partial<ColumnChoice>) {
  const choice = await models.columnChoices.collection.findOne<ColumnChoice>({ number })
  const isOther = choice?.kind === 'sheet' || choice?.kind === 'encoding'
  return isOther ? { $set: stated } : choosePhone(choice, stated)
}

/**
 * Corrects the target of one column. @returns the changed choice, or null if it was deleted in the meantime
 */
export async function changeColumn(
  models: Models,
  { number, columns = [] }: ColumnChoice,
  change: { readonly column: AssignedColumn; readonly by: string; readonly at: Date },
): Promise<ColumnChoice | null> {
  const { column, by, at } = change
  const isPhone = column.target === 'phone'
  const others = columns.filter(
    ({ index, target }) => index !== column.index && !(isPhone && target === 'phone'),
  )
  const $set = { columns: [...others, column], chosen_by: by, chosen_at: at }
  return await updateMatching(
    models.columnChoices,
    { number },
    // A phone column from these headings' words is no longer the one in force.
    isPhone ? { $set: { ...$set, column: column.index }, $unset: { kind: '' } } : { $set },
  )
}

/** @returns the deleted choice, or null if there is none with this number */
export async function forgetChoice(models: Models, number: number): Promise<ColumnChoice | null> {
  return await deleteMatching(models.columnChoices, { number })
}
