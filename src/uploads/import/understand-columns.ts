import type {
  ChosenColumn,
  ChosenColumns,
  CliColumn,
  FileUpload,
  Models,
  PhoneColumnQuestion,
} from '../../../models/index.ts'
import { bareHeader, findNamedColumns, phoneShare } from '../../customers/columns/index.ts'
import {
  type AssignedColumn,
  type FieldCatalogue,
  type HeaderMapping,
  readTargetWord,
  type StatedRule,
} from '../../customers/fields/index.ts'
import {
  type MapHeaderOptions,
  type MappedHeader,
  mapHeader,
  mapHeaderInSteps,
} from '../../customers/mapping/index.ts'
import { AppError } from '../../errors.ts'
import type { ListFile } from '../../lists/index.ts'
import { findChoices } from '../answers/index.ts'
import { type ColumnSettings, runInTurns, type UnderstoodColumns } from '../readings/index.ts'

type Unknown = Extract<MappedHeader, { kind: 'phone_column_unknown' }>
type Choice = Pick<MapHeaderOptions, 'phoneColumn' | 'headerless' | 'assigned'>

interface StatedOptions {
  readonly headerless: boolean
  readonly catalogue: FieldCatalogue
}

/** A chosen column comes first; a chosen reading is all columns that identify a row's customer. */
function mapAsChosen(
  { index, reading }: ChosenColumn,
  { header, sample }: ListFile,
  settings: ColumnSettings & Pick<MapHeaderOptions, 'headerless'>,
): MappedHeader {
  const rows = sample.map(({ cells }) => cells)
  if (!reading) return mapHeader(header, rows, { ...settings, phoneColumn: index })
  const { region = settings.region } = reading
  const mapped = mapHeader(header, rows, { ...settings, region, reading })
  return mapped.kind === 'mapped' ? { ...mapped, mapping: { ...mapped.mapping, region } } : mapped
}

/** Maximum of offered columns: Slack's limit for a menu. */
const MAX_CANDIDATES = 100

/**
 * Decides how the columns of a file are read: as a person chose for this file, else as chosen for files with
 * this header in this channel, else by the header itself. Choices of other channels are only suggested.
 *
 * @param fileName for sentences
 * @throws AppError no_phone_column if nobody can be asked or there is no column to choose; unknown_column,
 * ambiguous_column, columns_contradict
 */
export async function understandColumns(
  models: Models,
  settings: ColumnSettings,
  upload: FileUpload,
  fileName: string,
  list: ListFile,
): Promise<UnderstoodColumns> {
  const rows = list.sample.map(({ cells }) => cells)
  const plain = await runInTurns(mapHeaderInSteps(list.header, rows, settings))
  const answered = answerOf(upload, list.header)
  // A first line with a known heading is a header, even if much of it looks like data. If a person answered a
  // question, the first line stays what the question showed.
  const headerless =
    answered?.isHeaderless ?? (plain.kind !== 'mapped' && (list.looksHeaderless || plain.isHeaderRow))
  const { catalogue } = settings
  const described = statedColumns(upload, list.header, { fileName, headerless, catalogue })
  const stated = statedRules(upload, list.header, { headerless, catalogue })
  const choices = lookUpOnce(models, upload, list.header)
  const isRemembered = !headerless && !described && upload.source.kind === 'slack'
  const columns = described ?? (isRemembered ? (await choices()).columns : undefined)
  const map = (choice: Choice = {}) =>
    mapHeader(list.header, rows, { ...settings, ...choice, headerless, stated, assigned: columns?.columns })

  const wanted = upload.source.kind === 'cli' ? upload.source.phone_column : undefined
  if (wanted !== undefined) {
    rejectOtherTarget(wanted, findNamed(list.header, wanted, headerless), columns)
    const mapped = map({ phoneColumn: wanted })
    if (mapped.kind === 'mapped')
      return { ...mapped, chosen: chosenColumnOf(upload, mapped.mapping), ...(columns && { columns }) }
    throw unknownColumn(fileName, wanted, list.header, headerless)
  }
  const isPhoneChosen = columns?.columns.some(({ target }) => target === 'phone') === true
  const { chosen, suggested } = isPhoneChosen
    ? NOTHING_CHOSEN
    : dropReplaced(await findPhone(headerless), columns?.columns)
  const asChosen =
    chosen && mapAsChosen(chosen, list, { ...settings, headerless, stated, assigned: columns?.columns })
  if (asChosen?.kind === 'mapped')
    return { ...asChosen, ...(chosen && { chosen }), ...(columns && { columns }) }
  const found = mapUnlessPlain(plain, map, { headerless, stated, columns })
  if (found.kind === 'mapped') return { ...found, ...(columns && { columns }) }
  if (upload.source.kind === 'cli' || found.candidates.length === 0)
    throw noPhoneColumn(upload, fileName, list.header, suggestFirst(found, suggested), headerless)
  return {
    kind: 'ask',
    question: toQuestion(suggestFirst(found, suggested), list.header, headerless, suggested),
  }

  async function findPhone(isHeaderless: boolean): Promise<ChosenPhone> {
    if (answered) return { chosen: answered.chosen }
    return isHeaderless ? NOTHING_CHOSEN : findChosen(await choices(), settings, list)
  }
}

/** Where nothing was chosen or stated, mapping the header again would give the same. */
function mapUnlessPlain(
  plain: MappedHeader,
  map: () => MappedHeader,
  {
    headerless,
    stated,
    columns,
  }: {
    readonly headerless: boolean
    readonly stated: readonly StatedRule[]
    readonly columns: ChosenColumns | undefined
  },
): MappedHeader {
  return headerless || stated.length > 0 || columns ? map() : plain
}

/** @throws AppError columns_contradict if the named phone column has another target */
function rejectOtherTarget(
  wanted: string,
  [named]: readonly number[],
  chosen: ChosenColumns | undefined,
): void {
  const target = chosen?.columns.find(({ index }) => index === named)?.target
  if (target !== undefined && target !== 'phone') throw new AppError('columns_contradict', { wanted })
}

interface ChosenPhone {
  readonly chosen?: ChosenColumn
  readonly suggested?: ChosenColumn
}
const NOTHING_CHOSEN: ChosenPhone = {}

/** A person who chose another target for the chosen phone column chose later. */
function dropReplaced(found: ChosenPhone, columns: readonly AssignedColumn[] = []): ChosenPhone {
  const isReplaced = columns.some(
    ({ index, target }) => index === found.chosen?.index && target !== undefined && target !== 'phone',
  )
  return isReplaced ? NOTHING_CHOSEN : found
}

type Choices = ReturnType<typeof findChoices>

/** The phone column and the targets of single columns are stored together: one lookup finds both. */
function lookUpOnce(models: Models, { source }: FileUpload, header: readonly string[]): () => Choices {
  const channel = source.kind === 'slack' ? source.channel : undefined
  let found: Choices | undefined
  return () => {
    found ??= findChoices(models, header, channel)
    return found
  }
}

/**
 * Targets of single columns for this file: from a modal or the command line.
 * @throws AppError unknown_column, ambiguous_column, columns_contradict
 */
function statedColumns(
  { file, source, shared_at }: FileUpload,
  header: readonly string[],
  { fileName, headerless, catalogue }: StatedOptions & { readonly fileName: string },
): ChosenColumns | undefined {
  if (file.columns) return file.columns
  if (source.kind !== 'cli' || !source.columns) return undefined
  const columns = source.columns.flatMap(({ heading, ...output }: CliColumn): AssignedColumn[] => {
    const [index, ...others] = findNamed(header, heading, headerless)
    if (index !== undefined && others.length > 0)
      throw new AppError('ambiguous_column', {
        file: fileName,
        wanted: `"${heading}"`,
        columns: [index, ...others].map((at) => String(at + 1)),
      })
    if (index !== undefined) return [{ ...output, index }]
    if (isOfField({ heading, ...output }, catalogue)) return []
    throw unknownColumn(fileName, heading, header, headerless)
  })
  const nameOf = (index: number) => (headerless ? '' : header[index]?.trim()) || `column ${index + 1}`
  return columns.length > 0
    ? { columns: joinSame(columns, nameOf), by: source.user, at: shared_at }
    : undefined
}

/** Rules that name a catalogue field and no column. @throws AppError columns_contradict */
function statedRules(
  { source }: FileUpload,
  header: readonly string[],
  { headerless, catalogue }: StatedOptions,
): readonly StatedRule[] {
  if (source.kind !== 'cli') return []
  const stated = (source.columns ?? []).flatMap((column): StatedRule[] => {
    const { heading, rule } = column
    const isColumn = findNamed(header, heading, headerless).length > 0
    const { field } = readTargetWord(heading, catalogue) ?? {}
    return rule && field !== undefined && !isColumn ? [{ path: field, rule }] : []
  })
  for (const { path, rule } of stated)
    if (stated.some((other) => other.path === path && other.rule !== rule))
      throw new AppError('columns_contradict', { wanted: catalogue.field(path)?.label ?? path })
  return stated
}

function isOfField({ heading, target, rule }: CliColumn, catalogue: FieldCatalogue): boolean {
  return target === undefined && rule !== undefined && readTargetWord(heading, catalogue)?.target === 'field'
}

/** The columns with a heading, or the one with a number. Without a header, only the number counts. */
function findNamed(header: readonly string[], wanted: string, headerless: boolean): readonly number[] {
  return findNamedColumns(headerless ? header.map(() => '') : header, wanted)
}

/**
 * A column's target and its rule are given separately; both belong to one column.
 * @throws AppError columns_contradict
 */
function joinSame(columns: readonly AssignedColumn[], nameOf: (index: number) => string): AssignedColumn[] {
  const joined = new Map<number, AssignedColumn>()
  for (const column of columns) {
    const before = joined.get(column.index)
    if (before && contradict(before, column))
      throw new AppError('columns_contradict', { wanted: nameOf(column.index) })
    joined.set(column.index, { ...before, ...column })
  }
  return [...joined.values()]
}

function contradict(a: AssignedColumn, b: AssignedColumn): boolean {
  const isOtherTarget =
    a.target !== undefined && b.target !== undefined && (a.target !== b.target || a.field !== b.field)
  return isOtherTarget || (a.rule !== undefined && b.rule !== undefined && a.rule !== b.rule)
}

/** Without a header, the first line is customer data. */
function unknownColumn(
  file: string,
  wanted: string,
  header: readonly string[],
  headerless: boolean,
): AppError {
  const columns = headerless ? countColumns(header) : named(header)
  return new AppError('unknown_column', { file, wanted: `"${wanted}"`, columns })
}

const countColumns = ({ length }: readonly string[]): string => (length === 1 ? '1' : `1 to ${length}`)

const named = (header: readonly string[]): string[] =>
  header.map((text) => text.trim()).filter((text) => text !== '')

/**
 * The answer to this upload's question. It applies only to the column that was shown: an earlier version may
 * have found another header, and then the index means another column.
 */
function answerOf(
  { question }: FileUpload,
  header: readonly string[],
): { readonly chosen: ChosenColumn; readonly isHeaderless: boolean } | undefined {
  if (question?.kind !== 'phone_column' || !question.answer) return undefined
  const { candidates, is_headerless: isHeaderless } = question
  const { index, by, at } = question.answer
  const shown = candidates.find((candidate) => candidate.index === index)?.header ?? ''
  const name = isHeaderless ? '' : (header[index] ?? '')
  if (index >= header.length || (shown !== '' && !isHeaderless && shown !== name.trim())) return undefined
  return { chosen: { header: name, index, by, at }, isHeaderless }
}

/** The column named on the command line, for this import only. */
function chosenColumnOf({ source, shared_at }: FileUpload, { columns }: HeaderMapping): ChosenColumn {
  const first = columns.find(({ target, rank }) => target === 'phone' && rank === 0)
  return { header: first?.header ?? '', index: first?.index ?? 0, by: source.user, at: shared_at }
}

/** A choice made for another file applies only if this file has phones in that column too. */
function findChosen(
  { here, elsewhere }: Awaited<Choices>,
  { region }: ColumnSettings,
  list: ListFile,
): ChosenPhone {
  const holdsPhones = ({ index }: ChosenColumn) =>
    phoneShare(
      list.sample.map(({ cells }) => cells[index] ?? ''),
      region,
    ) > 0
  return {
    ...(here && holdsPhones(here) && { chosen: here }),
    ...(elsewhere && holdsPhones(elsewhere) && { suggested: elsewhere }),
  }
}

/** The column chosen in another channel comes first, as the likeliest. */
function suggestFirst(found: Unknown, suggested: ChosenColumn | undefined): Unknown {
  if (!suggested) return found
  const isSuggested = ({ index }: Unknown['candidates'][number]) => index === suggested.index
  const { candidates } = found
  return {
    ...found,
    candidates: [...candidates.filter(isSuggested), ...candidates.filter((one) => !isSuggested(one))],
  }
}

function toQuestion(
  { candidates, equal }: Unknown,
  header: readonly string[],
  headerless: boolean,
  suggested: ChosenColumn | undefined,
): PhoneColumnQuestion {
  const { fingerprint } = bareHeader(header)
  return {
    kind: 'phone_column',
    candidates: candidates
      .slice(0, MAX_CANDIDATES)
      .map(({ index, header: name, examples }) => ({ index, header: name.trim(), examples: [...examples] })),
    is_headerless: headerless,
    is_phoneless: candidates.every(({ phoneShare: share }) => share === 0),
    ...(equal && { equal: [...equal] }),
    ...(fingerprint !== null && !headerless && { fingerprint }),
    ...(suggested && { suggested: withoutHeader(suggested) }),
  }
}

/** The candidates already hold the heading; one copy is enough, also to forget it. */
function withoutHeader({
  header: _,
  reading: __,
  ...rest
}: ChosenColumn): Omit<ChosenColumn, 'header' | 'reading'> {
  return rest
}

/** Nobody can be asked on the command line, and empty columns offer no choice. */
function noPhoneColumn(
  { source }: FileUpload,
  file: string,
  header: readonly string[],
  { candidates, equal }: Unknown,
  headerless: boolean,
): AppError {
  const [likeliest] = candidates
  const name = likeliest?.header.trim() || String((likeliest?.index ?? 0) + 1)
  return new AppError('no_phone_column', {
    file,
    ...(headerless ? { headerless: header.length } : { columns: named(header) }),
    ...(equal && { equal }),
    ...(source.kind === 'cli' &&
      likeliest && {
        how:
          likeliest.phoneShare === 0
            ? 'Rename the column with the phone numbers to "phone", or name it with --phone-column.'
            : headerless
              ? `Name the column by its number counted from 1, for example --phone-column ${name}.`
              : `Name the column, for example --phone-column "${name}", or give its number counted from 1.`,
      }),
  })
}
