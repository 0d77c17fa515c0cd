import { createHash } from 'node:crypto'
import type {
  ChosenEncoding,
  ColumnChoice,
  EncodingQuestion,
  FileUpload,
  Models,
} from '../../../models/index.ts'
import { bareHeader } from '../../customers/columns/index.ts'
import type { List, ListSource } from '../../lists/index.ts'
import { releaseSameHeader, storeChoice } from '../answers/index.ts'

export type ReadableList =
  | { readonly kind: 'chosen'; readonly list: List; readonly encoding?: ChosenEncoding }
  /** A person must choose the reading. */
  | { readonly kind: 'ask'; readonly question: EncodingQuestion }

/** A list decoded with one of the likely encodings. */
interface Reading {
  readonly encoding: string
  readonly headings: readonly string[]
  /** Identifies files of the same person with the same headings; null if there are no headings. */
  readonly fingerprint: string | null
}

/**
 * Chooses the encoding of a text whose bytes prove none: as a person chose for this file, else as chosen for
 * files of the same sender with this header in this channel. Otherwise a person is asked. On the command
 * line, opening the list fails instead.
 *
 * @throws AppError errors of the list
 */
export async function chooseEncoding(
  models: Models,
  upload: FileUpload,
  list: List,
  readings: ListSource['readings'],
): Promise<ReadableList> {
  if (readings.length === 0 || upload.source.kind !== 'slack') return { kind: 'chosen', list }
  const stored = upload.file.chosen_encoding
  if (stored) return readAs(list, stored)
  const likely: Reading[] = []
  for (const { encoding } of readings) likely.push(await readHeadings(upload, list, encoding))
  const answered = answerOf(upload)
  if (answered) {
    await remember(models, upload, answered, likely)
    await releaseSameHeader(models, upload, answered.by)
    return readAs(list, answered)
  }
  const remembered = await findRemembered(models, upload, likely)
  return remembered ? readAs(list, remembered) : { kind: 'ask', question: toQuestion(readings, likely) }
}

export function readAs(list: List, encoding: ChosenEncoding): Extract<ReadableList, { kind: 'chosen' }> {
  const open: List['open'] = (how) => list.open({ ...how, encoding: encoding.name })
  return { kind: 'chosen', list: { ...list, open }, encoding }
}

async function readHeadings(upload: FileUpload, list: List, encoding: string): Promise<Reading> {
  const file = await list.open({ encoding })
  await file.close()
  const { header, fingerprint } = bareHeader(file.header)
  return {
    encoding,
    headings: header,
    // Without headings, the first line is customer data.
    fingerprint: file.looksHeaderless ? null : fingerprintSender(upload, fingerprint),
  }
}

function answerOf({ question }: FileUpload): ChosenEncoding | undefined {
  if (question?.kind !== 'encoding' || !question.answer) return undefined
  const { index, by, at } = question.answer
  const name = question.candidates.find((candidate) => candidate.index === index)?.header
  return name === undefined ? undefined : { name, by, at }
}

async function remember(
  models: Models,
  upload: FileUpload,
  chosen: ChosenEncoding,
  likely: readonly Reading[],
): Promise<void> {
  const reading = likely.find(({ encoding }) => encoding === chosen.name)
  if (!reading || reading.fingerprint === null) return
  await rememberEncodingChoice(models, upload, chosen, {
    fingerprint: reading.fingerprint,
    headings: [...reading.headings],
    encodings: likely.map(({ encoding }) => encoding),
  })
}

/** A choice applies if the file may have that encoding and decodes to the same headings with it. */
async function findRemembered(
  models: Models,
  upload: FileUpload,
  likely: readonly Reading[],
): Promise<ChosenEncoding | undefined> {
  for (const fingerprint of new Set(likely.map((reading) => reading.fingerprint))) {
    const choice = fingerprint === null ? null : await findEncodingChoice(models, upload, fingerprint)
    const isLikely = likely.some(
      (reading) => reading.encoding === choice?.name && reading.fingerprint === fingerprint,
    )
    if (choice && isLikely) return choice
  }
  return undefined
}

function toQuestion(readings: ListSource['readings'], likely: readonly Reading[]): EncodingQuestion {
  const fingerprint = likely[0]?.fingerprint
  return {
    kind: 'encoding',
    candidates: readings.map(({ encoding, lines }, index) => ({
      index,
      header: encoding,
      examples: lines.map(({ text }) => text.trim()),
    })),
    lines: (readings[0]?.lines ?? []).map(({ line }) => line),
    ...(fingerprint && { fingerprint }),
  }
}

/** Equal for files of one person whose headings have the same fingerprint. Null without headings. */
function fingerprintSender({ source }: FileUpload, headings: string | null): string | null {
  if (source.kind !== 'slack' || headings === null) return null
  const { team, user } = source
  return createHash('sha256').update(`encoding\n${team}\n${user}\n${headings}`).digest('hex')
}

/** The encoding chosen in this channel for files of this sender with these headings. */
async function findEncodingChoice(
  models: Models,
  { source }: FileUpload,
  fingerprint: string,
): Promise<ChosenEncoding | null> {
  if (source.kind !== 'slack') return null
  const key = { fingerprint, channel: source.channel, kind: 'encoding' }
  const choice = await models.columnChoices.collection.findOne<ColumnChoice>(key)
  const name = choice?.header[choice.column]
  if (!choice || name === undefined) return null
  return { name, by: choice.chosen_by, at: choice.chosen_at, upload: choice.upload }
}

/**
 * Stores an answer for later files in its channel. Safe to repeat: an older answer never replaces a newer
 * one.
 */
async function rememberEncodingChoice(
  models: Models,
  upload: FileUpload,
  { name, by, at }: ChosenEncoding,
  file: { readonly fingerprint: string; readonly headings: string[]; readonly encodings: string[] },
): Promise<void> {
  if (upload.source.kind !== 'slack') return
  const { fingerprint, headings, encodings: header } = file
  const output = { column: header.indexOf(name), chosen_by: by, chosen_at: at, upload: upload.number }
  const { user: sender } = upload.source
  await storeChoice(models, upload, { kind: 'encoding', fingerprint, header, sender, headings }, output)
}
