import type { DigestKind, StaleCount } from '../../models/index.ts'
import {
  isIn,
  type PeriodSummary,
  type PersonSummary,
  type Span,
  type SummarisedUpload,
} from '../../src/uploads/queries/index.ts'
import { showOutcomes } from '../receipts/index.ts'
import {
  brief,
  formatCount,
  type Inline,
  markCode,
  plural,
  type ReplyPart,
  type Sentence,
} from '../reply/index.ts'
import { namePeriod } from './digest-calendar.ts'

/** The data of a digest. */
interface DigestContent {
  readonly kind: DigestKind
  readonly period: Span
  /** The period is not over. */
  readonly isSoFar: boolean
  readonly timeZone: string
  readonly summary: PeriodSummary
  /** The labels of the trend's spans. */
  readonly labels: readonly string[]
  /** The last stored count, if any. */
  readonly stale: StaleCount | null
}

/** Maximum of people in the table; the rest is one line. */
const MAX_PEOPLE = 15
/** Maximum of failed or waiting files listed. */
const MAX_FILES = 5
/** Maximum characters of a file name in the table, and of a reason. */
const MAX_NAME_LETTERS = 40
const MAX_REASON_LETTERS = 200

/** A daily or weekly digest: headline, numbers, people, trend, then what needs a decision. */
export function describeDigest(content: DigestContent): ReplyPart[] {
  const { summary } = content
  return [
    { kind: 'headline', text: describeHeadline(content) },
    ...(summary.files > 0 ? [showOutcomes(summary.counts), ...describePeople(summary.people)] : []),
    ...describeTrend(content),
    ...listUploads('Not imported:', summary.failed, describeFailed, '/uploads recent failed'),
    ...listUploads('Waiting for a decision now:', summary.held, describeHeld, '/uploads recent'),
    ...describeByChoice('Discarded, not imported', summary.discarded),
    ...describeByChoice('Undone, not counted above', summary.undone),
    ...describeStale(content.stale),
  ]
}

function describeHeadline({ kind, period, isSoFar, timeZone, summary }: DigestContent): Inline[] {
  const { files, counts, failed } = summary
  const waiting = summary.held.filter((upload) => isIn(upload, period)).length
  const when = isSoFar && kind === 'daily' ? 'Today so far' : namePeriod(period, timeZone)
  const name = { bold: `${kind === 'daily' ? 'Summary' : 'Weekly summary'} · ${when}` }
  if (files === 0) return [name, ': no file was uploaded.']
  const imported = counts.rows - counts.invalid - counts.blank
  return [
    name,
    `: ${plural(files, 'file')}, ${plural(imported, 'row')} imported`,
    ...(failed.length > 0 ? [`, ${plural(failed.length, 'file')} not imported`] : []),
    ...(waiting > 0 ? [`, ${formatCount(waiting)} waiting for a decision`] : []),
    '.',
  ]
}

function describePeople(people: readonly PersonSummary[]): ReplyPart[] {
  const rest = people.length - MAX_PEOPLE
  return [
    {
      kind: 'table',
      columns: ['Who', 'Files', 'Rows', 'Created', 'Updated', 'Invalid'],
      rows: people
        .slice(0, MAX_PEOPLE)
        .map(({ user, files, names, counts }): Sentence[] => [
          [{ user }],
          nameFiles(files, names),
          ...[counts.rows, counts.created, counts.updated, counts.invalid].map((count) => [{ count }]),
        ]),
    },
    ...(rest > 0
      ? [
          {
            kind: 'note',
            text: `… and ${rest === 1 ? 'one more person' : `${formatCount(rest)} more people`}.`,
          } as const,
        ]
      : []),
  ]
}

function nameFiles(files: number, names: readonly string[]): string {
  const rest = files - names.length
  const named = names.map((name) => brief(name, MAX_NAME_LETTERS)).join(', ')
  return rest > 0 ? `${named} and ${formatCount(rest)} more` : named
}

/** An empty trend is not shown. */
function describeTrend({ kind, summary, labels }: DigestContent): ReplyPart[] {
  if (summary.trend.every(({ rows }) => rows === 0)) return []
  const series = [
    { name: 'Created', values: summary.trend.map(({ created }) => created) },
    { name: 'Updated', values: summary.trend.map(({ updated }) => updated) },
  ]
  const title = kind === 'daily' ? 'Customers by day' : 'Customers by week, named by its first day'
  return [{ kind: 'chart', chart: 'bar', title, labels, series }]
}

function listUploads(
  label: string,
  uploads: readonly SummarisedUpload[],
  describe: (upload: SummarisedUpload) => Inline[],
  more: string,
): ReplyPart[] {
  if (uploads.length === 0) return []
  const rest = uploads.length - MAX_FILES
  const items: Sentence[] = uploads
    .slice(0, MAX_FILES)
    .map((upload) => [{ bold: `#${upload.number}` }, ' ', nameOf(upload), ...describe(upload)])
  if (rest > 0) items.push([`… and ${formatCount(rest)} more: `, { code: more }])
  return [
    { kind: 'text', text: [{ bold: label }] },
    { kind: 'list', items },
  ]
}

function nameOf({ file, source }: SummarisedUpload): Inline {
  const link = source.kind === 'slack' ? source.message_link : undefined
  return link === undefined ? { code: file.name } : { link, label: file.name }
}

function describeFailed({ source, problem }: SummarisedUpload): Inline[] {
  const why = problem ? markCode(brief(problem.message, MAX_REASON_LETTERS)) : []
  return [' by ', { user: source.user }, ...(problem ? [': ', ...why] : [])]
}

function describeHeld({ source, shared_at }: SummarisedUpload): Inline[] {
  return [' by ', { user: source.user }, ', since ', { time: shared_at, style: 'minute' }]
}

/** People's decisions, for information only. */
function describeByChoice(what: string, uploads: readonly SummarisedUpload[]): ReplyPart[] {
  if (uploads.length === 0) return []
  const numbers = uploads
    .slice(0, MAX_FILES)
    .map(({ number, file }) => `#${number} ${brief(file.name, MAX_NAME_LETTERS)}`)
  const rest = uploads.length - numbers.length
  const more = rest > 0 ? ` and ${formatCount(rest)} more` : ''
  return [{ kind: 'note', text: `${what}: ${numbers.join(', ')}${more}.` }]
}

function describeStale(stale: StaleCount | null): ReplyPart[] {
  if (!stale || stale.all === 0) return []
  const { customers, all, days, counted_at } = stale
  const answer =
    customers === 0
      ? `All customers (${formatCount(all)}) were in a file within the last ${plural(days, 'day')}`
      : `${formatCount(customers)} of ${plural(all, 'customer')} ${customers === 1 ? 'was' : 'were'} not in any file for ${plural(days, 'day')}`
  return [{ kind: 'text', text: [answer, ' (counted ', { time: counted_at, style: 'minute' }, ').'] }]
}
