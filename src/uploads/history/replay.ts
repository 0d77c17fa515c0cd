import type { mongo } from 'mongoose'
import type { Customer, FieldChange, FileUpload, RecordKeeping, UploadRow } from '../../../models/index.ts'
import type { FieldRule, FieldValue } from '../../customers/fields/index.ts'
import {
  addPhones,
  type CustomerRow,
  flattenPaths,
  isSameValue,
  OTHER_PHONES,
  pathsWithValues,
  phoneAddedBy,
  withoutPhones,
} from '../rows/index.ts'
import type { Timeline } from './timeline.ts'

/** What became of one field. */
export interface FieldStory {
  readonly path: string
  /** What the uploads that count now make of it; undefined where that was removed because of its age. */
  readonly expected: FieldValue | null | undefined
  /** What those make of it that count afterwards; undefined as above. */
  readonly wanted: FieldValue | null | undefined
  /** The upload whose word that is; nobody's where it was there before, or came from elsewhere. */
  readonly by: mongo.ObjectId | undefined
}

export interface CustomerStory {
  readonly fields: readonly FieldStory[]
  /** Null: no upload that counts afterwards mentions the customer, and nobody else stored it. */
  readonly recordKeeping: RecordKeeping | null
  /** Whether the customer is there as long as the uploads count that count now. */
  readonly isExpected: boolean
  /** Number of the last upload that mentions the customer afterwards. */
  readonly lastBy: mongo.ObjectId | undefined
}

type StoryRow = CustomerRow<UploadRow>

type Counts = (upload: mongo.ObjectId) => boolean

interface Statement {
  /** Undefined: it was removed because of its age, and no later row has told yet what it was. */
  value: FieldValue | null | undefined
  /** Undefined: it was there before the first upload, or came from elsewhere between two. */
  readonly by: mongo.ObjectId | undefined
  readonly rule: FieldRule
  readonly line: number
  /**
   * A second phone by which a row went to the customer while saying nothing of other phones: it is one of theirs, beside
   * whatever was said before. In place of `value`.
   */
  readonly adds?: string
}

/** The line of an upload that creates the customer. */
type Creator = Pick<Mention, 'upload' | 'firstLine'> | undefined

/**
 * What a customer would be if certain uploads had never been. The rows of files say what each file asked for and what
 * it found; where what it found is not what the uploads before it had left, something else had written in between,
 * and that stays.
 *
 * @param rows every row of every file about this customer, in any order
 * @param paths fields to look at, beside those whose rule makes them depend on who creates the customer
 * @param willCount whether an upload counts afterwards
 */
export function replayCustomer(
  rows: readonly StoryRow[],
  paths: Iterable<string>,
  customer: Customer | undefined,
  timeline: Timeline,
  willCount: Counts,
): CustomerStory {
  const ordered = orderRows(rows, timeline)
  const mentions = collectMentions(ordered)
  const base = baseOf(ordered[0], timeline)
  const creatorFor = createCreatorFinder(mentions, base)
  const wanted = new Set([...paths, ...pathsOfCreators(rows, timeline)])
  const statements = collectStatements(rows, wanted, timeline, creatorFor)
  const fields = [...statements].map(([path, text]): FieldStory => {
    const last = resolve(text, willCount, creatorFor)
    return {
      path,
      expected: resolvedValue(resolve(text, timeline.isEffective, creatorFor)),
      wanted: resolvedValue(last),
      by: last.last?.by,
    }
  })
  const staying = mentions.filter(({ upload }) => willCount(upload))
  return {
    fields,
    recordKeeping: replayRecordKeeping(base, staying, findFirst(staying, timeline), customer),
    isExpected: base !== null || mentions.some(({ upload }) => timeline.isEffective(upload)),
    lastBy: staying.at(-1)?.upload,
  }
}

/** What becomes of a field where a share comes late: an earlier share than some that were applied before it. */
export interface LatePlace {
  /** What the shares before it left; undefined where that was removed because of its age. */
  readonly before: FieldValue | null | undefined
  /** What the later shares make of it. */
  after(value: FieldValue | null): FieldValue | null | undefined
}

/**
 * The places of a late share among what others said of the same fields, by path.
 *
 * @param rows every row of every file about this customer, those of the share itself among them
 */
export function findLatePlaces(
  rows: readonly StoryRow[],
  paths: Iterable<string>,
  late: Pick<FileUpload, '_id' | 'shared_at'>,
  timeline: Timeline,
): Map<string, LatePlace> {
  const ordered = orderRows(rows, timeline)
  const creatorFor = createCreatorFinder(collectMentions(ordered), baseOf(ordered[0], timeline))
  const statements = collectStatements(rows, new Set(paths), timeline, creatorFor)
  const place = timeline.placeOf(late._id)
  const isLater = ({ by, sharedAt }: StatedThere) =>
    by !== undefined &&
    ((sharedAt?.getTime() ?? 0) - late.shared_at.getTime() || timeline.placeOf(by) - place) > 0
  const sharedAt = new Map(rows.map(({ upload, shared_at }) => [String(upload), shared_at]))
  const places = new Map<string, LatePlace>()
  for (const [path, answer] of statements) {
    const at = answer.findIndex((one) => isLater({ by: one.by, sharedAt: sharedAt.get(String(one.by)) }))
    const end = at < 0 ? answer.length : beforeOthers(answer, at)
    const counts = timeline.isEffective
    const before = resolve(answer.slice(0, end), counts, creatorFor)
    places.set(path, {
      before: resolvedValue(before),
      after: (value) =>
        resolvedValue(
          resolve(
            [{ value, by: undefined, rule: 'overwrite', line: 0 }, ...answer.slice(end)],
            counts,
            creatorFor,
          ),
        ),
    })
  }
  return places
}

/** A later share tells what came from elsewhere before it; only what was there before all shares is older than ours. */
function beforeOthers(output: readonly Statement[], later: number): number {
  let end = later
  while (end > 1 && output[end - 1]?.by === undefined) end -= 1
  return end
}

interface StatedThere {
  readonly by: mongo.ObjectId | undefined
  readonly sharedAt: Date | undefined
}

type CreatorFinder = (counts: Counts) => Creator

/**
 * Of the uploads that count the one applied first creates the customer, whenever it was shared. Nobody creates a customer
 * who was there before.
 */
function createCreatorFinder(mentions: readonly Mention[], base: RecordKeeping | null): CreatorFinder {
  return (counts) => (base === null ? mentions.find(({ upload }) => counts(upload)) : undefined)
}

/** Another creator brings other values than those that were asked about. */
function pathsOfCreators(rows: readonly StoryRow[], timeline: Timeline): readonly string[] {
  return rows.flatMap((row) =>
    pathsWithValues(row).filter((path) => timeline.ruleOf(row.upload, path) === 'keep'),
  )
}

/** In the order in which they were applied. */
function orderRows(rows: readonly StoryRow[], timeline: Timeline): StoryRow[] {
  return [...rows].sort((a, b) => timeline.compare(a.upload, b.upload) || a.line - b.line)
}

/** What statements come to. */
interface Resolved {
  /** The last one that takes effect, or adds a phone. */
  readonly last: Statement | undefined
  /** The last one that says the whole value. */
  readonly base: Statement | undefined
  /** Phones that were added after it. */
  readonly added: readonly string[]
}

function resolvedValue({ base, added }: Resolved): FieldValue | null | undefined {
  const value = base ? base.value : null
  return value === undefined ? undefined : addPhones(value, added)
}

/** What the statements that count come to, by the rule of each. */
function resolve(statements: readonly Statement[], counts: Counts, creatorFor: CreatorFinder): Resolved {
  let creator: Creator | 'unknown' = 'unknown'
  let last: Statement | undefined
  let base: Statement | undefined
  let added: string[] = []
  for (const one of statements) {
    if (one.by !== undefined && !counts(one.by)) continue
    if (one.adds !== undefined) {
      added.push(one.adds)
      last = one
      continue
    }
    if (one.rule === 'keep' && creator === 'unknown') creator = creatorFor(counts)
    if (!takesEffect(one, base, creator === 'unknown' ? undefined : creator)) continue
    base = one
    last = one
    added = []
  }
  return { last, base, added }
}

function takesEffect(
  { rule, by, line, value }: Statement,
  last: Statement | undefined,
  creator: Creator,
): boolean {
  switch (rule) {
    case 'overwrite':
      return true
    case 'fill_blanks':
      return value !== null && (last === undefined || last.value === null)
    case 'keep':
      return by !== undefined && creator?.upload.equals(by) === true && creator.firstLine === line
  }
}

/**
 * What was said about each field, in the order of sharing: the latest file wins because it is the latest, also where it
 * was applied before an older one that came late.
 */
function collectStatements(
  rows: readonly StoryRow[],
  paths: ReadonlySet<string>,
  timeline: Timeline,
  creatorFor: CreatorFinder,
): Map<string, Statement[]> {
  const shared = [...rows].sort(bySharing(timeline))
  const late = findLate(shared, timeline)
  const statements = new Map<string, Statement[]>()
  const statementsOf = (path: string) => {
    const printed = statements.get(path) ?? []
    statements.set(path, printed)
    return printed
  }
  for (const row of shared) {
    const newer = late.has(row) ? findNewer(row, shared, timeline) : NOTHING_NEWER
    const values = flattenPaths<FieldValue | null>(row.values)
    const foundAt = createFinding(row, values)
    for (const path of pathsWithValues(row).filter((one) => paths.has(one)))
      addStatement(statementsOf(path), row, { path, value: values[path], found: foundAt(path) }, newer, {
        timeline,
        creatorFor,
      })
    const adds = phoneAddedBy(row)
    if (adds !== undefined && paths.has(OTHER_PHONES))
      statementsOf(OTHER_PHONES).push({
        value: undefined,
        by: row.upload,
        rule: 'overwrite',
        line: row.line,
        adds,
      })
  }
  return statements
}

function bySharing(timeline: Timeline): (a: StoryRow, b: StoryRow) => number {
  return (a, b) =>
    a.shared_at.getTime() - b.shared_at.getTime() ||
    timeline.placeOf(a.upload) - timeline.placeOf(b.upload) ||
    a.line - b.line
}

interface StatedValue {
  readonly path: string
  readonly value: FieldValue | null | undefined
  readonly found: FieldValue | null | undefined
}

interface Telling {
  readonly timeline: Timeline
  readonly creatorFor: CreatorFinder
}

/** What a row says of one field, and before it what the row found. */
function addStatement(
  statements: Statement[],
  row: StoryRow,
  { path, value, found }: StatedValue,
  newer: Newer,
  telling: Telling,
): void {
  const { timeline } = telling
  if (!newer.paths.has(path) && timeline.isCurrent(row.upload)) {
    const phones = path === OTHER_PHONES ? newer.phones : NOTHING_NEWER.phones
    noteFound(statements, row, found, phones, telling)
  }
  statements.push({ value, by: row.upload, rule: timeline.ruleOf(row.upload, path), line: row.line })
}

/** Rows that were applied after rows of files shared later. @param shared in the order of sharing */
function findLate(shared: readonly StoryRow[], timeline: Timeline): Set<StoryRow> {
  const late = new Set<StoryRow>()
  let earliest: StoryRow | undefined
  for (const row of shared.toReversed()) {
    const order = earliest ? timeline.compare(earliest.upload, row.upload) : 0
    if (order < 0) late.add(row)
    else if (order > 0 || !earliest) earliest = row
  }
  return late
}

/** What files shared later had said when a row that came late was applied. */
interface Newer {
  readonly paths: ReadonlySet<string>
  /** Second phones by which their rows had gone to the customer. */
  readonly phones: ReadonlySet<string>
}

const NOTHING_NEWER: Newer = { paths: new Set(), phones: new Set() }

/** Fields of a row that came late which said nothing because files shared later had been applied already. */
function findNewer(row: StoryRow, shared: readonly StoryRow[], timeline: Timeline): Newer {
  const newer = shared.filter(
    ({ shared_at, upload }) =>
      (shared_at.getTime() - row.shared_at.getTime() ||
        timeline.placeOf(upload) - timeline.placeOf(row.upload)) > 0 && timeline.wasThere(upload, row.upload),
  )
  return {
    paths: new Set(newer.flatMap(pathsWithValues)),
    phones: new Set(newer.flatMap((one) => phoneAddedBy(one) ?? [])),
  }
}

/** What a row found in a field it names: what it changed, what its rule kept, or else what it says. */
function createFinding(
  row: StoryRow,
  values: Readonly<Record<string, FieldValue | null>>,
): (path: string) => FieldValue | null | undefined {
  const changes = flattenPaths<FieldChange>(row.changes)
  const kept = flattenPaths<FieldValue | null>(row.found)
  return (path) => {
    if (changes[path]) return changes[path].from
    return Object.hasOwn(kept, path) ? kept[path] : values[path]
  }
}

/**
 * What a row found and no upload had left there was there before them all, or came from elsewhere. Of an upload whose
 * values are gone it tells what that had left.
 * @param given undefined where the row's own values are gone
 * @param phones other phones it found that rows shared later had brought
 */
function noteFound(
  message: Statement[],
  { upload }: StoryRow,
  given: FieldValue | null | undefined,
  phones: ReadonlySet<string>,
  { timeline, creatorFor }: Telling,
): void {
  const there = resolve(message, (by) => timeline.wasThere(by, upload), creatorFor)
  const left = resolvedValue(there)
  const found = given === undefined ? undefined : withoutPhones(given, phones, left ?? null)
  const elsewhere = { value: found, by: undefined, rule: 'overwrite', line: 0 } as const
  if (!there.last) {
    message.unshift({ ...elsewhere })
    return
  }
  if (found === undefined) return
  if (left === undefined && there.base) there.base.value = found
  else if (!isSameValue(left ?? null, found)) message.push({ ...elsewhere })
}

interface Mention {
  readonly upload: mongo.ObjectId
  readonly sharedAt: Date
  readonly firstLine: number
  lastLine: number
}

function collectMentions(rows: readonly StoryRow[]): Mention[] {
  const mentions: Mention[] = []
  for (const row of rows) {
    let mention = mentions.at(-1)
    if (!mention?.upload.equals(row.upload)) {
      const { upload, shared_at: sharedAt, line } = row
      mention = { upload, sharedAt, firstLine: line, lastLine: line }
      mentions.push(mention)
    }
    mention.lastLine = row.line
  }
  return mentions
}

/** The record keeping before the first upload; null where there was no customer. */
function baseOf(first: StoryRow | undefined, timeline: Timeline): RecordKeeping | null {
  return first?.before && timeline.isCurrent(first.upload) ? first.before : null
}

/** Of the uploads from before a switch the one shared first: a switch starts a record with the earliest. */
function findFirst(mentions: readonly Mention[], timeline: Timeline): Mention | undefined {
  const [earliest] = mentions
    .filter(({ upload }) => !timeline.isCurrent(upload))
    .sort(
      (a, b) =>
        a.sharedAt.getTime() - b.sharedAt.getTime() ||
        timeline.placeOf(a.upload) - timeline.placeOf(b.upload),
    )
  return earliest ?? mentions[0]
}

function replayRecordKeeping(
  base: RecordKeeping | null,
  mentions: readonly Mention[],
  first: Mention | undefined,
  customer: Customer | undefined,
): RecordKeeping | null {
  // Rows older than those there are: what they said stays said.
  const kept =
    base?.last_upload && customer
      ? { first_uploaded_at: customer.first_uploaded_at, first_upload: customer.first_upload }
      : {}
  const last = mentions.at(-1)
  if (!first || !last) return base && { ...base, ...kept }
  const times = mentions.map(({ sharedAt }) => sharedAt)
  const known = base?.first_upload ? base : kept
  return {
    first_uploaded_at: latest([base?.updated_at, first.sharedAt]),
    first_upload: { upload: first.upload, line: first.firstLine },
    ...(known.first_uploaded_at && { first_uploaded_at: known.first_uploaded_at }),
    ...(known.first_upload && { first_upload: known.first_upload }),
    updated_at: latest([base?.updated_at, ...times]),
    last_upload: { upload: last.upload, line: last.lastLine },
    upload_count: (base?.upload_count ?? 0) + mentions.length,
  }
}

function latest(times: readonly (Date | undefined)[]): Date {
  return new Date(Math.max(...times.map((time) => time?.getTime() ?? 0)))
}
