import type { FileUpload, UploadKind } from '../../models/index.ts'
import {
  countCustomers,
  findChannelUploads,
  type PeriodSummary,
  summarisePeriod,
} from '../../src/uploads/queries/index.ts'
import { checkUndoable } from '../../src/uploads/undo/index.ts'
import { EXPORT_ALL, EXPORT_FILTER } from '../customer-lists/index.ts'
import { spanBefore } from '../digest/index.ts'
import { nameUploadBriefly, undoButton } from '../receipts/index.ts'
import {
  type Button,
  type CommandDeps,
  formatCount,
  type Inline,
  PICK_PAGE,
  pageButton,
  pageValue,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
} from '../reply/index.ts'
import { addDays, type Day, dayOf } from '../text/index.ts'
import { describeResult } from '../uploads/index.ts'
import { chartDays } from './days-chart.ts'
import { PREVIEW_UPLOAD } from './private-preview.ts'

/** The person whose Home it is. */
interface HomeReader {
  readonly user: string
  readonly now: Date
  /** The channels that both the bot and the person are in: uploads of other channels are not shown. */
  readonly channels: ReadonlySet<string>
}

export interface Home {
  readonly reply: Reply
  /** An upload waits or runs: the page changes soon. */
  readonly isMoving: boolean
}

/** Finds a customer from the search field's text. */
export const SEARCH_CUSTOMER = 'search_customer'
/** Updates the Home. */
export const REFRESH_HOME = 'refresh_home'

const LATEST = 10
const DAYS = 30
const MAX_OPEN_SHOWN = 5

/**
 * A person's App Home: today, uploads in progress, the last files, a month; for admins the settings.
 * @throws driver errors
 */
export async function describeHome(reader: HomeReader, deps: CommandDeps): Promise<Home> {
  if (reader.channels.size === 0) return { reply: toReader(...describeNoSharedChannel()), isMoving: false }
  const today = dayOf(reader.now, deps.timeZone)
  const days = Array.from({ length: DAYS }, (_, at) => addDays(today, at - DAYS + 1))
  const spans = days.map((day) => spanBefore(addDays(day, 1), 1, deps.timeZone))
  const [todaySpan = spanBefore(today, 1, deps.timeZone)] = spans.slice(-1)
  const [uploads, summary, customers] = await Promise.all([
    findChannelUploads(deps.models, reader.channels, LATEST),
    summarisePeriod(deps.models, todaySpan, spans, reader.channels),
    countCustomers(deps.models),
  ])
  const isAdmin = deps.admins?.has(reader.user) ?? false
  const undoable = await findUndoable(uploads.latest, reader, deps)
  return {
    isMoving: uploads.open.some(({ status }) => status !== 'held'),
    reply: toReader(
      ...describeDecisions(uploads.open.filter(({ status }) => status === 'held')),
      ...describeToday(summary, customers),
      {
        kind: 'search',
        label: 'Look a customer up',
        placeholder: 'Phone, last digits, name, city, e-mail or loan ID',
        action: SEARCH_CUSTOMER,
        button: 'Look up',
      },
      ...describeOpen(uploads.open.filter(({ status }) => status !== 'held')),
      ...describeMonth(days, summary),
      ...describeLatest(uploads.latest, undoable),
      {
        kind: 'buttons',
        buttons: [
          { label: 'Refresh', action: REFRESH_HOME, value: '-' },
          { label: 'Preview a file', action: PREVIEW_UPLOAD, value: '-' },
          pageButton('Digest', pageValue('digest', 'daily', today)),
          ...(isAdmin && (deps.settings?.length ?? 0) > 0
            ? [pageButton('Settings', pageValue('settings'))]
            : []),
          ...(isAdmin ? [{ label: 'Export', action: EXPORT_FILTER, value: EXPORT_ALL }] : []),
        ],
      },
      {
        kind: 'note',
        text: [
          'Type ',
          { code: '/customer sharma pune' },
          ', ',
          { code: '/customer 19014' },
          ', ',
          { code: '/uploads last week' },
          ' or ',
          { code: '/uploads count by city' },
          ' in any of my channels.',
        ],
      },
      {
        kind: 'note',
        text: 'Only you can see this page. It shows files from the channels that you and I are in.',
      },
    ),
  }
}

const toReader = (...parts: readonly ReplyPart[]): Reply => ({ visibility: 'asker', parts })

function describeNoSharedChannel(): ReplyPart[] {
  return [
    { kind: 'headline', text: 'I keep your customer list up to date.' },
    {
      kind: 'text',
      text: [
        'You and I are not in a channel together yet. Type ',
        { code: '/invite' },
        ' in a channel and choose me, then share a CSV or Excel list of customers there.',
      ],
    },
  ]
}

function describeToday({ files, counts, failed }: PeriodSummary, customers: number): ReplyPart[] {
  const answer = [
    plural(files, 'file'),
    plural(counts.created, 'new customer'),
    `${formatCount(counts.updated)} updated`,
    ...(failed.length > 0 ? [`${formatCount(failed.length)} failed`] : []),
  ]
  return [
    { kind: 'headline', text: files === 0 ? 'Today: no file yet.' : `Today: ${answer.join(', ')}.` },
    {
      kind: 'numbers',
      numbers: [
        { label: 'Uploads', value: files },
        { label: 'Created', value: counts.created },
        { label: 'Updated', value: counts.updated },
        { label: 'To correct', value: counts.invalid },
        { label: 'Failed', value: failed.length },
      ],
    },
    { kind: 'text', text: `${plural(customers, 'customer')} in all.` },
  ]
}

/** Decisions come first, because people wait for them. */
function describeDecisions(held: readonly FileUpload[]): ReplyPart[] {
  if (held.length === 0) return []
  const rest = held.length - MAX_OPEN_SHOWN
  const items = held.slice(0, MAX_OPEN_SHOWN).map(describeProgress)
  return [
    { kind: 'text', text: [{ bold: `Waiting for a decision: ${plural(held.length, 'file')}` }] },
    { kind: 'list', items: rest > 0 ? [...items, `… and ${plural(rest, 'more file')}.`] : items },
  ]
}

function describeOpen(open: readonly FileUpload[]): ReplyPart[] {
  if (open.length === 0) return []
  const rest = open.length - MAX_OPEN_SHOWN
  const items = open.slice(0, MAX_OPEN_SHOWN).map(describeProgress)
  return [
    { kind: 'text', text: [{ bold: 'Under way' }] },
    {
      kind: 'list',
      items: rest > 0 ? [...items, `… and ${plural(rest, 'more file')} in the queue.`] : items,
    },
  ]
}

const WORDS_OF_KIND: Readonly<
  Record<UploadKind, { readonly begun: string; readonly counted: string | undefined }>
> = {
  import: { begun: 'shared', counted: 'row' },
  undo: { begun: 'asked for', counted: 'customer' },
  forget: { begun: 'asked for', counted: undefined },
  switch: { begun: 'asked for', counted: 'customer' },
}

function describeProgress(upload: FileUpload): Sentence {
  const { status, checkpoint, started_at, shared_at, source } = upload
  const link = source.kind === 'slack' ? source.message_link : undefined
  const name: Inline[] = [
    ...(link === undefined
      ? nameUploadBriefly(upload)
      : [{ bold: `#${upload.number}` }, ' ', { link, label: upload.file.name }]),
    ' by ',
    { user: source.user },
    ': ',
  ]
  if (status === 'held') return [...name, 'waits for a decision in its thread']
  const { begun, counted } = WORDS_OF_KIND[upload.kind]
  if (status === 'queued')
    return [...name, `waits in the queue, ${begun} `, { time: shared_at, style: 'ago' }]
  return [
    ...name,
    ...(counted ? [`${plural(checkpoint?.counts.rows ?? 0, counted)} done, `] : []),
    'started ',
    { time: started_at ?? shared_at, style: 'ago' },
  ]
}

function describeMonth(days: readonly Day[], { trend }: PeriodSummary): ReplyPart[] {
  if (trend.every(({ rows }) => rows === 0)) return []
  const counted = days.map((day, at) => {
    const { created = 0, updated = 0 } = trend[at] ?? {}
    return { day, values: [created, updated] }
  })
  return [chartDays('bar', `Customers, the last ${DAYS} days`, ['Created', 'Updated'], counted)]
}

function describeLatest(latest: readonly FileUpload[], undoable: ReadonlySet<number>): ReplyPart[] {
  if (latest.length === 0)
    return [
      {
        kind: 'text',
        text: 'No file has been shared in our channels yet. Share a CSV or Excel list of customers in one of them, and it will appear here.',
      },
    ]
  const undos = latest.filter(({ number }) => undoable.has(number)).map(undoBriefly)
  return [
    { kind: 'text', text: [{ bold: latest.length < LATEST ? 'Files so far' : `The last ${LATEST} files` }] },
    {
      kind: 'table',
      columns: ['File', 'By', 'When', 'Result'],
      rows: latest.map((upload) => [
        nameUploadBriefly(upload),
        [{ user: upload.source.user }],
        [{ time: upload.shared_at, style: 'minute' }],
        describeResult(upload),
      ]),
    },
    {
      kind: 'menu',
      action: PICK_PAGE,
      label: 'Show one of them',
      value: '',
      options: latest.map((upload) => ({
        label: `#${upload.number} ${upload.file.name}`,
        value: pageValue('upload', upload.number),
      })),
    },
    ...(undos.length > 0 ? [{ kind: 'buttons' as const, buttons: undos }] : []),
  ]
}

/** In a row of buttons, each names its file. */
function undoBriefly(upload: FileUpload): Button {
  return { ...undoButton(upload), label: `Undo #${upload.number}` }
}

/** Numbers of the uploads that the person can undo, by the rule of the undo button. */
async function findUndoable(
  uploads: readonly FileUpload[],
  { user }: HomeReader,
  { models, admins = new Set() }: CommandDeps,
): Promise<ReadonlySet<number>> {
  const finished = uploads.filter(({ status }) => status === 'done')
  const verdicts = await Promise.all(
    finished.map(({ number }) => checkUndoable(models, number, { user, admins })),
  )
  return new Set(verdicts.flatMap((verdict) => (verdict.kind === 'possible' ? [verdict.upload.number] : [])))
}
