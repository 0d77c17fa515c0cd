import type { BSON } from 'bson'
import { listDefinedIndexes } from './defined-indexes.ts'
import { describeLookup, findUnserved, isWhole, type Lookup, listLookups } from './served-by-index.ts'

const FORBIDDEN = new Set(['COLLSCAN', 'SORT'])

const MIGRATION = 'a migration runs once'
const FORGET = 'a person is forgotten: everything that can name them is looked at'
const FEW_ROWS = 'some rows of one customer'
const FEW_HELD = 'uploads that await a decision: a handful'
const SMALL = 'a small collection: its documents end by themselves'

/** Intended scans and sorts, as `describeLookup` writes them, each with its reason. */
const ALLOWED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  customers: {
    'city type': MIGRATION,
    '(primary_phone matches | primary_phone)': 'the doctor looks at every phone when somebody starts it',
    'other_phones, primary_phone ne': FORGET,
    'primary_phone sort updated_at, _id': 'the records of one phone: a few',
    'primary_phone sort updated_at': 'the records of the first rows of a file: some hundred phones',
  },
  file_uploads: {
    'kind ne': FORGET,
    'counts.invalid gt': FORGET,
    'switch_of.open, checkpoint.switched.phone': FORGET,
    '_id sort number': 'the uploads of one person',
    '_id sort shared_at, number': 'the uploads with a word in their name, which were found before',
    'status held sort number': FEW_HELD,
    '_id ne, status held, source.channel, question.fingerprint, question.answer missing sort number':
      FEW_HELD,
    'undo_of.upload exists, undo_of.file, status done/undone sort number': 'all undos: a handful',
    'status done/undone, undo_of missing, counts exists, changed_fields missing': MIGRATION,
    'retention exists': 'a switch of what a record is asks once whether values were removed',
    'kind, file.header exists, file.mapping.isHeaderRow ne, file.headings missing': MIGRATION,
  },
  upload_rows: {
    'upload, line, phone exists': 'a migration, before the one that drops the index on upload and line',
  },
  column_choices: {
    'fingerprint, kind ne sort chosen_at': 'the choices for one header: one per channel',
    'channel sort chosen_at': 'one document for each header and channel',
    'channel missing': MIGRATION,
  },
  sent_files: {
    'sent_at lt': 'once a day: one document for each list that was sent',
    '(uploads missing | uploads)': FORGET,
  },
  asked_counts: { 'counted_at exists': SMALL },
  forget_requests: { phone: SMALL },
  record_moves: { upload: 'the phones that a switch works on' },
  greetings: {
    'sent_at missing, refused missing, (claimed_until missing | $expr lt)': 'one document for each channel',
  },
}

/** Why the forbidden stages of a command's plan are allowed; undefined if they are not. */
export function whyExcused(
  stages: readonly string[],
  collection: string,
  command: BSON.Document,
): string | undefined {
  const indexes = listDefinedIndexes().get(collection) ?? []
  const lookups = listLookups(command)
  const reasons = lookups.map((lookup) => whyAllowed(collection, command, lookup))
  // A reason to sort is none to scan.
  const mayScan = lookups.some((lookup) => findUnserved(lookup, indexes) === 'filter')
  if (reasons.some((reason) => reason === undefined) || (stages.includes('COLLSCAN') && !mayScan))
    return undefined
  return reasons.join()
}

/** Why a large read or sort is allowed for a lookup; undefined if it is not. */
function whyAllowed(collection: string, command: BSON.Document, lookup: Lookup): string | undefined {
  const text = describeLookup(lookup)
  const reason = ALLOWED[collection]?.[text]
  if (reason !== undefined) return reason
  // A person chooses the fields of such a filter.
  if (collection === 'customers' && command.maxTimeMS !== undefined)
    return 'customers are gone through for a person who waits, within a time limit'
  if (collection === 'file_uploads' && /^kind missing\b/.test(text)) return MIGRATION
  if (
    collection === 'file_uploads' &&
    /^source\.kind, source\.file_id, source\.channel\b.* sort number$/.test(text)
  )
    return 'the shares of one file: a handful'
  if (collection === 'upload_rows' && /^(customer_)?phone\b.* sort (shared_at|line)/.test(text))
    return FEW_ROWS
  return undefined
}

export interface Complaint {
  readonly missing: 'filter' | 'sort'
  readonly lookup: string
}

/** What of a command no index of the models serves, except for what is allowed. */
export function findComplaints(collection: string, command: BSON.Document): Complaint[] {
  // A collection of a test only.
  const indexes = listDefinedIndexes().get(collection)
  if (indexes === undefined) return []
  return listLookups(command).flatMap((lookup) => {
    const missing = isWhole(lookup) ? undefined : findUnserved(lookup, indexes)
    if (missing === undefined || whyAllowed(collection, command, lookup) !== undefined) return []
    return [{ missing, lookup: describeLookup(lookup) }]
  })
}

/** The forbidden stages of the winning plan, in every form of `explain` since 5.0. */
export function findForbidden(answer: unknown): string[] {
  return [...new Set(listStages(answer).filter((stage) => FORBIDDEN.has(stage)))]
}

/**
 * Names of stages at any depth: plans of the classic engine, of the slot-based engine, of shards, and
 * pipeline stages after a cursor. Rejected plans are not run.
 */
function listStages(answer: unknown): string[] {
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([key, value]) => {
    if (['rejectedPlans', 'command', 'parsedQuery', 'originatingCommand'].includes(key)) return []
    if (key === 'stage' && typeof value === 'string') return [value]
    if (key === 'stages' && Array.isArray(value)) return value.flatMap(listPipelineStage)
    return listStages(value)
  })
}

/**
 * A sort after a group sorts groups. It is not part of a cursor's plan, so it cannot be distinguished here.
 */
function listPipelineStage(stage: unknown, at: number, all: readonly unknown[]): string[] {
  const isSorting = typeof stage === 'object' && stage !== null && '$sort' in stage
  const isOfGroups = all
    .slice(0, at)
    .some((one) => typeof one === 'object' && one !== null && '$group' in one)
  return isSorting && !isOfGroups ? ['SORT', ...listStages(stage)] : listStages(stage)
}
