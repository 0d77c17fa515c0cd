import type { FileUpload, Models, SheetQuestion, UploadSheet } from '../../../models/index.ts'
import { bareHeader } from '../../customers/columns/index.ts'
import { AppError } from '../../errors.ts'
import type { List, ListFile, ListPlace } from '../../lists/index.ts'
import {
  findSheetChoice,
  fingerprintSheets,
  releaseSameHeader,
  rememberSheetChoice,
} from '../answers/index.ts'
import type { ColumnSettings } from '../readings/index.ts'
import { understandColumns } from './understand-columns.ts'

export type ChosenList =
  | { readonly kind: 'chosen'; readonly list: List; readonly sheet?: UploadSheet }
  /** A person must choose the sheet. */
  | { readonly kind: 'ask'; readonly question: SheetQuestion }

/** What the first rows of a list show about it. */
interface Looked {
  readonly list: List
  readonly place: ListPlace
  readonly header: readonly string[]
  readonly looksHeaderless: boolean
  readonly hasPhones: boolean
}

interface ChooseContext {
  readonly models: Models
  readonly settings: ColumnSettings
  /** The file's name in sentences. */
  readonly fileName: string
  readonly signal: AbortSignal
}

/** Maximum of offered sheets: Slack's limit for a menu. */
const MAX_CANDIDATES = 100
/** Maximum of stored names, and of characters per name; Excel allows 31. */
const MAX_LEFT_OUT = 20
const MAX_NAME_LENGTH = 100
const EMPTY: ReadonlySet<string> = new Set(['file_empty', 'no_rows'])
const WITHOUT_PHONES: ReadonlySet<string> = new Set(['no_phone_column', 'unknown_column'])

/**
 * Chooses the list of a file to import: the one of an earlier run, the one a person named, the only one with
 * rows, or the only one with phones. Otherwise a person is asked.
 *
 * @throws AppError no_sheet, several_sheets if nobody can be asked; errors of the lists
 */
export async function chooseList(
  context: ChooseContext,
  upload: FileUpload,
  lists: readonly List[],
): Promise<ChosenList> {
  const { models, fileName } = context
  const { file, source, question } = upload
  const wanted = source.kind === 'cli' ? source.sheet : undefined
  const [only] = lists
  if (only && only.place === undefined) {
    if (wanted !== undefined) throw new AppError('no_sheet', { file: fileName, wanted, sheets: [] })
    return { kind: 'chosen', list: only }
  }
  if (file.sheet) return { kind: 'chosen', list: atPosition(lists, file.sheet.position), sheet: file.sheet }

  if (wanted !== undefined) {
    const list = findNamed(lists, wanted, fileName)
    const others = lists.filter((other) => other !== list)
    return chosen(list, await lookAtAll(context, upload, others))
  }
  const looked = await lookAtAll(context, upload, lists)
  const candidates = visibleOf(looked)
  const fingerprint = fingerprintSheets(
    candidates.map(({ place, header }) => ({ ...place, ...bareHeader(header) })),
  )
  const names = candidates.map(({ place }) => place.name)
  // A person's choice for this file comes before the program's own findings.
  if (question?.kind === 'sheet' && question.answer) {
    const { index, by, at } = question.answer
    const answered = candidates.find(({ place }) => place.position === index)
    if (answered) {
      await rememberSheetChoice(models, upload, {
        fingerprint,
        names,
        index: candidates.indexOf(answered),
        by,
        at,
      })
      await releaseSameHeader(models, upload, by)
      return chosen(answered.list, looked, { by, at })
    }
  }
  const likely = candidates.length === 1 ? candidates : candidates.filter(({ hasPhones }) => hasPhones)
  const [likeliest] = likely
  if (likeliest && likely.length === 1) return chosen(likeliest.list, looked)
  // No list has rows: opening the active sheet reports what is wrong.
  if (candidates.length === 0) return chosen(lists.find(({ isActive }) => isActive) ?? lists[0], [])

  const remembered = await findSheetChoice(models, upload, fingerprint)
  const again = remembered && candidates[remembered.index]
  if (again)
    return chosen(again.list, looked, { by: remembered.by, at: remembered.at, upload: remembered.upload })
  if (source.kind === 'cli')
    throw new AppError('several_sheets', { file: fileName, sheets: names.slice(0, MAX_CANDIDATES) })
  return { kind: 'ask', question: toQuestion(candidates, fingerprint) }
}

/** Lists with rows, in tab order. */
async function lookAtAll(
  context: ChooseContext,
  upload: FileUpload,
  lists: readonly List[],
): Promise<readonly Looked[]> {
  const looked: Looked[] = []
  for (const list of lists) {
    context.signal.throwIfAborted()
    const found = await lookAt(context, upload, list)
    if (found) looked.push(found)
  }
  return looked
}

async function lookAt(context: ChooseContext, upload: FileUpload, list: List): Promise<Looked | undefined> {
  const { place } = list
  const file = await openUnlessEmpty(list)
  if (!place || !file) return undefined
  const { header, looksHeaderless } = file
  try {
    return { list, place, header, looksHeaderless, hasPhones: await hasPhones(context, upload, file) }
  } finally {
    await file.close()
  }
}

async function openUnlessEmpty(list: List): Promise<ListFile | undefined> {
  try {
    return await list.open()
  } catch (error) {
    if (error instanceof AppError && EMPTY.has(error.code)) return undefined
    throw error
  }
}

/** True if the phone column is certain. */
async function hasPhones(
  { models, settings, fileName }: ChooseContext,
  upload: FileUpload,
  file: ListFile,
): Promise<boolean> {
  try {
    return (await understandColumns(models, settings, upload, fileName, file)).kind === 'mapped'
  } catch (error) {
    if (error instanceof AppError && WITHOUT_PHONES.has(error.code)) return false
    throw error
  }
}

/** Hidden sheets are read only if no other sheet has rows. */
function visibleOf(looked: readonly Looked[]): readonly Looked[] {
  const visible = looked.filter(({ list }) => !list.isHidden)
  return visible.length > 0 ? visible : looked
}

function chosen(list: List | undefined, looked: readonly Looked[], by?: UploadSheet['chosen']): ChosenList {
  if (!list?.place) throw new AppError('no_sheet')
  const { name, position } = list.place
  const others = looked
    .filter((other) => other.list !== list)
    .map(({ place }) => place.name.slice(0, MAX_NAME_LENGTH))
  const rest = others.length - MAX_LEFT_OUT
  const left_out = rest > 0 ? [...others.slice(0, MAX_LEFT_OUT), `and ${rest} more`] : others
  const sheet = { name, position, ...(left_out.length > 0 && { left_out }), ...(by && { chosen: by }) }
  return { kind: 'chosen', list, sheet }
}

/** The bytes are those of the earlier run, so the sheet exists. */
function atPosition(lists: readonly List[], position: number): List {
  const list = lists.find(({ place }) => place?.position === position)
  if (!list) throw new AppError('no_sheet')
  return list
}

/** By the sheet's name (case is ignored), else by tab position from 1. */
function findNamed(lists: readonly List[], wanted: string, file: string): List {
  const fold = (name: string) => name.trim().toLowerCase()
  const by = (isIt: (place: ListPlace) => boolean) => lists.find(({ place }) => place && isIt(place))
  const list =
    by(({ name }) => name === wanted) ??
    by(({ name }) => fold(name) === fold(wanted)) ??
    by(({ position }) => String(position) === wanted.trim())
  if (list) return list
  const sheets = lists.flatMap(({ place }) => (place ? [place.name] : []))
  throw new AppError('no_sheet', { file, wanted, sheets: sheets.slice(0, MAX_CANDIDATES) })
}

function toQuestion(candidates: readonly Looked[], fingerprint: string): SheetQuestion {
  const activeFirst = [...candidates].sort((a, b) => Number(b.list.isActive) - Number(a.list.isActive))
  return {
    kind: 'sheet',
    candidates: activeFirst.slice(0, MAX_CANDIDATES).map(({ place, header, looksHeaderless }) => ({
      index: place.position,
      header: place.name.slice(0, MAX_NAME_LENGTH),
      // Without headings, the first line is customer data.
      examples: looksHeaderless ? [] : namedColumns(header),
    })),
    fingerprint,
  }
}

const MAX_HEADINGS = 5
const MAX_HEADING_LENGTH = 40

function namedColumns(header: readonly string[]): string[] {
  const names = header.map((text) => text.trim()).filter((text) => text !== '')
  return names.slice(0, MAX_HEADINGS).map((text) => text.slice(0, MAX_HEADING_LENGTH))
}

/** Sentences for the receipt: which sheet was read and which were not. None if there was no choice. */
export function describeSheet(sheet: UploadSheet | undefined, { isHidden }: List): string[] {
  if (!sheet) return []
  const { name, left_out: others = [] } = sheet
  const hidden = isHidden ? [`Sheet “${name}” is hidden.`] : []
  if (others.length === 0) return hidden
  return [
    `Read sheet “${name}” only. Not read: ${others.map((other) => `“${other}”`).join(', ')}.`,
    ...hidden,
  ]
}
