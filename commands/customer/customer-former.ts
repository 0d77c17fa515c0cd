import type { FieldChange } from '../../models/index.ts'
import { type HistoryEvent, isUndo, readHistory } from '../../src/uploads/history/index.ts'
import { type FoundPerson, isFoundBy } from '../../src/uploads/queries/index.ts'
import { flattenPaths, isSameValue } from '../../src/uploads/rows/index.ts'
import { findSeenUploads } from '../access/index.ts'
import { brief, type CommandDeps, labelOf, type ReplyPart, type Viewer } from '../reply/index.ts'
import { describeUpload, showValue } from './customer-card.ts'

/** Maximum characters of a value; names are shorter. */
const MAX_LETTERS = 60
const FOUND_BY = ['loan_id', 'email', 'full_name'] as const

/** An earlier value of a row, and the row that replaced it. */
interface Replaced {
  readonly field: string
  readonly was: HistoryEvent
  readonly by: HistoryEvent
  readonly change: FieldChange
}

/**
 * Explains a search result that no longer has the typed value: which row had it, and which row replaced it.
 * @returns undefined if no row shows it
 */
export async function explainFormer(
  text: string,
  { phone, customer, isFormer }: FoundPerson,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<ReplyPart | undefined> {
  if (!customer || !isFormer) return undefined
  const replaced = findReplaced(text, await readHistory(deps.models, phone))
  if (!replaced) return undefined
  const { field, was, by, change } = replaced
  const uploads = await findSeenUploads([was.upload, by.upload], viewer, deps)
  const label = labelOf(field, deps)
  const [old, now] = [change.from, change.to].map((value) =>
    brief(showValue(field, value, deps), MAX_LETTERS),
  )
  if (was.upload.equals(by.upload))
    return {
      kind: 'note',
      text: [
        `${label} ${old} is in `,
        ...describeUpload(was, uploads),
        `. Line ${by.line} of the same file has the same phone with ${label} ${now}. One phone is one customer, so the last row wins.`,
      ],
    }
  return {
    kind: 'note',
    text: [
      `${label} ${old} is in `,
      ...describeUpload(was, uploads),
      `. It became ${now} with `,
      ...describeUpload(by, uploads),
      '.',
    ],
  }
}

function findReplaced(text: string, history: readonly HistoryEvent[]): Replaced | undefined {
  for (const field of FOUND_BY)
    for (let at = history.length - 1; at >= 0; at -= 1) {
      const was = history[at]
      const value = was && changeOf(was, field)?.to
      if (!was || isUndo(was) || typeof value !== 'string' || !isFoundBy({ [field]: value }, text)) continue
      for (const by of history.slice(at + 1)) {
        const change = changeOf(by, field)
        if (change && isSameValue(change.from, value)) return { field, was, by, change }
      }
    }
  return undefined
}

function changeOf(event: HistoryEvent, field: string): FieldChange | undefined {
  return flattenPaths<FieldChange>(event.changes)[field]
}
