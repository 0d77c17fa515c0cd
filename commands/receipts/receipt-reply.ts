import type { FileUpload, UploadCounts, UploadRow } from '../../models/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import { isDiscarded } from '../../src/uploads/queries/index.ts'
import {
  describeChosenColumn,
  describeChosenColumns,
  describeChosenEncoding,
  describeChosenSheet,
} from '../questions/index.ts'
import { describeNotes, describeReading } from '../reading/index.ts'
import {
  type Button,
  formatCount,
  formatDuration,
  type Inline,
  markCode,
  pageButton,
  pageValue,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
} from '../reply/index.ts'
import { describeCollisions, describeSecondPhones, describeSharedPhones } from './conflicts-reply.ts'
import { describeForgotten } from './forget-reply.ts'
import { showOutcomes } from './outcome-numbers.ts'
import { describeOrigins } from './preview-reply.ts'
import { listProblems } from './problem-list.ts'
import { describeSwitchReceipt } from './switch-reply.ts'
import { describeUndone, describeUndoReceipt, undoButton } from './undo-reply.ts'

/** Maximum of invalid rows in a receipt; the rest is one line. */
export const MAX_PROBLEMS = 5

interface ReceiptOptions {
  readonly maxProblems?: number
  /**
   * Number of the last file with the same headings in the channel, which the receipt offers to compare with.
   */
  readonly last?: number | undefined
}

/**
 * The receipt of an upload in its thread: what was written, what was not and why.
 * @param problems the first invalid rows, in file order
 */
export function describeReceipt(
  upload: FileUpload,
  problems: readonly UploadRow[],
  catalogue: FieldCatalogue,
  { maxProblems = MAX_PROBLEMS, last }: ReceiptOptions = {},
): Reply {
  if (upload.problem) return inThread(upload, describeFailed(upload))
  switch (upload.kind) {
    case 'undo':
      return describeUndoReceipt(upload, catalogue)
    case 'forget':
      return describeForgotten(upload)
    case 'switch':
      return describeSwitchReceipt(upload)
    case 'import':
      return inThread(upload, describeDone(upload, problems.slice(0, maxProblems), catalogue, last))
  }
}

function inThread({ number }: FileUpload, parts: ReplyPart[]): Reply {
  return {
    visibility: 'channel',
    rest: ['To see all of it, type ', { code: `/uploads show ${number}` }, '.'],
    parts,
  }
}

function nameOf(upload: FileUpload): Inline[] {
  return [{ bold: `#${upload.number}` }, ' ', { code: upload.file.name }]
}

function describeDone(
  upload: FileUpload,
  problems: readonly UploadRow[],
  catalogue: FieldCatalogue,
  last: number | undefined,
): ReplyPart[] {
  const { counts, notes } = upload
  if (!counts) return [{ kind: 'headline', text: nameOf(upload) }]
  const imported = counts.rows - counts.invalid - counts.blank
  const parts: ReplyPart[] = [
    {
      kind: 'headline',
      text: [
        ...nameOf(upload),
        isNothingChanged(upload) ? ': nothing changed. ' : ': ',
        `${formatCount(imported)} of ${plural(counts.rows, 'row')} imported${durationOf(upload)}`,
        `${nameResults(upload, counts)}.`,
      ],
    },
    ...describeReading(upload),
    showOutcomes(counts),
    ...describeNet(upload, counts),
  ]
  const rows = problems.flatMap(({ line, problem }) => (problem ? [{ line, problem }] : []))
  if (counts.invalid > 0) parts.push(...listProblems(upload, counts.invalid, rows))
  parts.push(...describeCollisions(upload, catalogue))
  const all: Sentence = [' ', { code: `/uploads show ${upload.number}` }, ' sends all of them in a file.']
  parts.push(...describeSharedPhones(upload, catalogue, all))
  parts.push(...describeSecondPhones(upload, upload, all))
  const refused = upload.failed_rows?.refused
  if (refused !== undefined)
    parts.push({
      kind: 'text',
      text: `Slack rejected the file with these rows (${refused}). Tell the person who runs the bot.`,
    })
  const chosen = [
    describeChosenSheet(upload),
    describeChosenEncoding(upload),
    describeChosenColumn(upload),
    describeChosenColumns(upload),
    describeRereadOf(upload),
  ].filter((text) => text !== undefined)
  parts.push(...describeNotes([...chosen, ...(notes ?? [])]))
  parts.push(...describeOrigins(upload, catalogue))
  if (upload.status === 'undone') parts.push(describeUndone(upload))
  else if (upload.retention)
    parts.push({
      kind: 'note',
      text: "Its row data was deleted by the retention policy, so it can't be undone.",
    })
  const isUndoable = upload.status !== 'undone' && !upload.retention && imported > 0
  parts.push({
    kind: 'buttons',
    buttons: [...lookButtons(upload, last), ...(isUndoable ? [undoButton(upload)] : [])],
  })
  return parts
}

/** Commands can't be used in a thread, so buttons replace them. */
function lookButtons({ number, retention }: FileUpload, last: number | undefined): Button[] {
  const show = pageButton('Show all', pageValue('upload', number))
  if (last === undefined || retention) return [show]
  return [show, pageButton('Compare with the last', pageValue('compare', number, last))]
}

/** The upload that this one replaces, if the file was read again. */
function describeRereadOf(upload: FileUpload): Sentence | undefined {
  if (upload.kind !== 'import' || !upload.reread_of) return undefined
  return ['Read again in place of ', { bold: `#${upload.reread_of.number}` }, ', which was undone.']
}

/** True if every customer has the values from before the file. */
function isNothingChanged({ counts, changed_customers }: FileUpload): boolean {
  return changed_customers === 0 && counts?.created === 0 && counts.rows - counts.invalid - counts.blank > 0
}

/** Outcomes count rows. If later rows changed a customer again, the number of changed customers differs. */
function describeNet({ changed_customers: changed }: FileUpload, { updated }: UploadCounts): ReplyPart[] {
  // The headline already states that nothing changed.
  if (changed === undefined || changed === 0 || changed === updated) return []
  return [
    {
      kind: 'note',
      text: `${plural(changed, 'known customer')} ${changed === 1 ? 'has' : 'have'} other values than before. The numbers above count rows; later rows of the file changed some values again.`,
    },
  ]
}

/** The results after a colon: `: 3 new customers, 2 updated, 1 row to correct`. */
function nameResults(
  { changed_customers }: FileUpload,
  { created, invalid, ...counts }: UploadCounts,
): string {
  const updated = changed_customers ?? counts.updated
  const results = [
    ...(created > 0 ? [plural(created, 'new customer')] : []),
    ...(updated > 0 ? [`${formatCount(updated)} updated`] : []),
    ...(invalid > 0 ? [`${plural(invalid, 'row')} to correct`] : []),
  ]
  return results.length > 0 ? `: ${results.join(', ')}` : ''
}

function durationOf({ started_at, finished_at }: FileUpload): string {
  if (!started_at || !finished_at) return ''
  return ` in ${formatDuration((finished_at.getTime() - started_at.getTime()) / 1000)}`
}

function describeFailed(upload: FileUpload): ReplyPart[] {
  const { problem, counts, cancelled, retention, status } = upload
  const hasRows = counts !== undefined && counts.rows > 0
  const isReadAgain = problem?.code === 'reading_restarted'
  const parts: ReplyPart[] = [
    { kind: 'headline', text: markCode(problem?.message ?? '') },
    { kind: 'text', text: markCode(problem?.next ?? '') },
  ]
  if (hasRows)
    parts.push(
      {
        kind: 'text',
        text: `Imported before ${cancelled ? 'it was cancelled' : isReadAgain ? 'the update' : 'the failure'}: ${plural(counts.rows, 'row')}.`,
      },
      showOutcomes(counts),
    )
  if (cancelled) parts.push({ kind: 'note', text: ['Cancelled by ', { user: cancelled.by }, '.'] })
  if (hasRows && status === 'undone') parts.push(describeUndone(upload))
  else if (hasRows && upload.kind === 'import' && !retention)
    parts.push({ kind: 'buttons', buttons: [undoButton(upload)] })
  const kept = upload.source.kind === 'slack' ? upload.source.file_deleted : undefined
  if (kept !== undefined)
    parts.push({
      kind: 'note',
      text: kept
        ? 'The file was deleted from Slack.'
        : 'Slack does not let me delete your file. Delete it yourself: it is among your files in Slack.',
    })
  // A discarded file notifies nobody, because a person decided it. A file read again has no failure.
  if (!isDiscarded(upload) && !isReadAgain)
    parts.push({ kind: 'note', text: ['Reference: ', { code: `${problem?.code} #${upload.number}` }] })
  return parts
}
