import type {
  Customer,
  FieldChange,
  FileUpload,
  Models,
  RecordKind,
  RecordsSetting,
  StoredChanges,
  UndoOf,
} from '../../../models/index.ts'
import type { FieldValue } from '../../customers/fields/index.ts'
import { groupBy } from '../../group-by.ts'
import {
  customerKey,
  flattenPaths,
  isSameValue,
  nestPaths,
  pathsWithValues,
  readRecords,
  recordKey,
} from '../rows/index.ts'
import { findUploads, type HistoryEvent, isUndo, type PastCustomer, readHistory } from './read-history.ts'

type Uploads = ReadonlyMap<string, FileUpload>

/**
 * Reads the events of one record, oldest first. Rows from before a switch recorded changes of records that no
 * longer exist, so their changes are computed again from their values.
 */
export async function readRecordHistory(models: Models, customer: Customer): Promise<HistoryEvent[]> {
  const [history, setting] = await Promise.all([
    readHistory(models, customer.primary_phone),
    readRecords(models),
  ])
  if (setting.since === undefined) return history
  const uploads = await findUploads(
    models,
    history.map(({ upload }) => upload),
  )
  const key = customerKey(setting.kind, customer)
  const own = history.filter((event) => keyOf(event, setting.kind, uploads) === key)
  return rewrite(own, uploads, setting)
}

function keyOf(event: HistoryEvent, kind: RecordKind, uploads: Uploads): string {
  const { phone = '', written, upload } = event
  return recordKey(kind, { phone, written, upload: undoIn(uploads, upload)?.file ?? upload })
}

/** The undo of an upload; undefined for other kinds. */
function undoIn(uploads: Uploads, id: FileUpload['_id']): UndoOf | undefined {
  const upload = uploads.get(String(id))
  return upload?.kind === 'undo' ? upload.undo_of : undefined
}

function rewrite(
  events: readonly HistoryEvent[],
  uploads: Uploads,
  { since }: RecordsSetting,
): HistoryEvent[] {
  const text = new Map<string, FieldValue | null>()
  return events.flatMap((event): HistoryEvent[] => {
    const upload = uploads.get(String(event.upload))
    const isOld = upload?.records?.since !== since
    if (!isOld) return [event]
    if (isUndo(event) || upload?.status === 'undone') return []
    if (event.without_values) return [event]
    const changes: Record<string, FieldChange> = {}
    const kept = flattenPaths(event.found)
    for (const [path, to] of Object.entries(flattenPaths<FieldValue | null>(event.values))) {
      if (Object.hasOwn(kept, path)) continue
      const from = text.get(path) ?? null
      if (!isSameValue(from, to)) changes[path] = { from, to }
      text.set(path, to)
    }
    return [{ ...event, changes: nestPaths(changes) as StoredChanges }]
  })
}

/**
 * The records of a phone before a time, by the record kind of that time, from the files that counted then.
 * Values written outside the bot are not included.
 */
export async function readRecordsBefore(
  models: Models,
  phone: string,
  history: readonly HistoryEvent[],
  setting: RecordsSetting,
  moment: Date,
): Promise<PastCustomer[]> {
  const kind = setting.switches.findLast(({ at }) => at < moment)?.to ?? 'one_per_phone'
  const past = history.filter(({ shared_at }) => shared_at < moment)
  const uploads = await findUploads(
    models,
    past.map(({ upload }) => upload),
  )
  const isBack = findTakenBack(past, uploads)
  const rows = past.filter(
    (event) => !isUndo(event) && event.phone !== undefined && !isBack.has(String(event.upload)),
  )
  const records = groupBy(rows, (event) => keyOf(event, kind, uploads))
  return [...records.values()].flatMap((events): PastCustomer[] => {
    const last = events.at(-1)
    const answer = new Map<string, FieldValue | null | undefined>()
    for (const event of events) {
      const shown = flattenPaths<FieldValue | null>(event.values)
      const kept = flattenPaths(event.found)
      // Undefined if the retention policy deleted it.
      for (const path of pathsWithValues(event)) if (!Object.hasOwn(kept, path)) answer.set(path, shown[path])
    }
    const known = [...answer].filter((entry): entry is [string, FieldValue] => entry[1] != null)
    const unknown = [...answer].flatMap(([path, value]) => (value === undefined ? [path] : []))
    return last ? [{ phone, values: Object.fromEntries(known), unknown, last }] : []
  })
}

/** Finds files that were undone and not restored, by id as text. */
function findTakenBack(events: readonly HistoryEvent[], uploads: Uploads): Set<string> {
  const isBack = new Map<string, boolean>()
  for (const { upload } of events
    .filter(isUndo)
    .sort((a, b) => a.shared_at.getTime() - b.shared_at.getTime())) {
    const undo = undoIn(uploads, upload)
    if (undo) isBack.set(String(undo.file), undo.action === 'take_back')
  }
  return new Set([...isBack].filter(([, back]) => back).map(([file]) => file))
}
