import type { FieldChange } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import { findPhone, type HistoryEvent, isUndo, readChanges } from '../../src/uploads/history/index.ts'
import { flattenPaths, pathsChanged } from '../../src/uploads/rows/index.ts'
import { findSeenUploads, type SeenUpload } from '../access/index.ts'
import {
  type Button,
  brief,
  type CommandDeps,
  describeGone,
  formatCount,
  headingsOf,
  type Inline,
  labelOf,
  type NamedDeps,
  pageButton,
  pageButtons,
  pageValue,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'
import { describePhone, describeUpload, showValue } from './customer-card.ts'

/** Changes per page: with a dozen fields each they still fit into one message. */
const PAGE_SIZE = 5
/** Maximum of fields per page, shared among its changes. */
const MAX_FIELDS = 30
/** Maximum characters of a value before or after. */
const MAX_LETTERS = 80

/** A page of a customer's changes, newest first. */
export async function buildHistoryPage(
  about: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const phone = await findPhone(deps.models, about[0] ?? '')
  const page = /^\d{1,6}$/.test(about[1] ?? '') ? Number(about[1]) : 0
  return phone === undefined ? describeGone() : await describeHistory(phone, page, viewer, deps)
}

/** @param page from 0, the newest changes */
export async function describeHistory(
  phone: string,
  page: number,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const { events, total } = await readChanges(deps.models, phone, page, PAGE_SIZE)
  const [first] = events
  // A page after the last one, or a phone that no file contained: the card explains it.
  if (!first) return await describePhone(phone, viewer, deps)
  const uploads = await findSeenUploads(
    events.map(({ upload }) => upload),
    viewer,
    deps,
  )
  const named = { ...deps, headings: headingsOf(uploads.values()) }
  const pages = Math.ceil(total / PAGE_SIZE)
  const id = String(first._id)
  const turn = (label: string, to: number): Button[] =>
    to >= 0 && to < pages ? [pageButton(label, pageValue('history', id, to))] : []
  const reply = toAsker(
    {
      kind: 'headline',
      text: [{ bold: `History of ${formatPhone(phone)}` }, `: ${plural(total, 'change')}`],
    },
    ...events.flatMap((event) =>
      describeEvent(event, uploads, Math.floor(MAX_FIELDS / events.length), named),
    ),
    ...(pages > 1
      ? [
          {
            kind: 'note',
            text: `Page ${formatCount(page + 1)} of ${formatCount(pages)}, newest first.`,
          } as const,
        ]
      : []),
    pageButtons(
      pageValue('history', id, page),
      ...turn('Newer', page - 1),
      ...turn('Older', page + 1),
      pageButton('Card', pageValue('customer', id)),
    ),
  )
  const customers = [...new Set(events.map(({ customer }) => String(customer)))]
  return traced(reply, 'looked_up', { customers })
}

function describeEvent(
  event: HistoryEvent,
  uploads: ReadonlyMap<string, SeenUpload>,
  max: number,
  deps: NamedDeps,
): ReplyPart[] {
  const changes = Object.entries(flattenPaths<FieldChange>(event.changes))
  const items = changes
    .slice(0, max)
    .map(
      ([path, change]): Sentence => [
        { bold: `${labelOf(path, deps)}:` },
        ` ${describeChange(path, change, deps)}`,
      ],
    )
  const gone = event.without_values ? pathsChanged(event).map((path) => labelOf(path, deps)) : []
  if (gone.length > 0)
    items.push([
      { bold: `${gone.slice(0, max).join(', ')}${gone.length > max ? ', …' : ''}:` },
      ' the values were deleted by the retention policy',
    ])
  const rest = changes.length - items.length
  if (rest > 0) items.push([`… and ${plural(rest, 'more field')}.`])
  return [
    {
      kind: 'text',
      text: [
        { time: event.shared_at, style: 'minute' },
        ' · ',
        ...describeUpload(event, uploads),
        ...describeWhat(event),
      ],
    },
    ...(items.length > 0 ? [{ kind: 'list', items } as const] : []),
  ]
}

function describeWhat(event: HistoryEvent): Inline[] {
  if (event.outcome === 'created') return [': ', { bold: 'created' }]
  if (event.outcome === 'removed' || event.after === null) return [': ', { bold: 'removed' }]
  return isUndo(event) ? [': restored'] : []
}

/** The values before and after; only the value for a new field. */
function describeChange(path: string, { from, to }: FieldChange, deps: NamedDeps): string {
  const [before, after] = [from, to].map((value) => brief(showValue(path, value, deps), MAX_LETTERS))
  return from === null ? (after ?? '') : `${before} → ${after}`
}
