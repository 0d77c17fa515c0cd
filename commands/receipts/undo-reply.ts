import type { FileUpload, KeptReason, UndoCounts, UndoOf, UndoUpload } from '../../models/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import type { PossibleUndo, UndoRefusal } from '../../src/uploads/undo/index.ts'
import {
  type Button,
  formatCount,
  formatDuration,
  groupLines,
  type Inline,
  nameFields,
  nameLines,
  nameOfLine,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
} from '../reply/index.ts'
import { nameUploadBriefly } from './find-meant-upload.ts'
import { RECORD_KIND_WORDS } from './record-kind-words.ts'

/** Names of the buttons' actions. */
export const UNDO_ASK = 'undo_ask'
export const UNDO_CONFIRM = 'undo_confirm'

function nameOf({ number, file }: FileUpload): Inline[] {
  return [{ bold: `#${number}` }, ' ', { code: file.name }]
}

/** The button below a receipt: it shows what an undo would do, and changes nothing. */
export function undoButton(upload: FileUpload): Button {
  return { label: 'Undo', action: UNDO_ASK, value: String(upload.number) }
}

/** What an undo would do, with the button to confirm. */
export function describeForecast(
  { upload, file, action }: PossibleUndo,
  { rows, restored, removed, kept }: UndoCounts,
): Reply {
  const isBack = action === 'take_back'
  const which: Inline[] =
    upload.kind === 'undo'
      ? [{ bold: `#${upload.number}` }, ', which ', ...didTo(upload.undo_of, file)]
      : nameOf(file)
  return toAsker(
    { kind: 'headline', text: ['Undo ', ...which, '?'] },
    {
      kind: 'list',
      items: [
        ...(restored > 0
          ? [
              `${plural(restored, 'customer')} will ${isBack ? 'be restored to their values before this file' : 'get the values of this file again'}.`,
            ]
          : []),
        ...(removed > 0
          ? [`${plural(removed, 'customer')} created by this file will be removed. Their history is kept.`]
          : []),
        ...(kept > 0
          ? [`${plural(kept, 'customer')} changed later. The later values stay, and the rest is undone.`]
          : []),
      ],
    },
    {
      kind: 'note',
      text: `${plural(rows, 'customer')} in total. The undo runs after the uploads in the queue, and can itself be undone.`,
    },
    {
      kind: 'buttons',
      buttons: [
        {
          label: `Undo #${upload.number}`,
          action: UNDO_CONFIRM,
          value: String(upload.number),
          style: 'danger',
        },
      ],
    },
  )
}

/** @param file its name, as a link to its thread if there is one */
export function describeQueuedUndo(undo: FileUpload, file: Inline = { code: undo.file.name }): Reply {
  return toAsker({
    kind: 'headline',
    text: [
      'The undo is queued as ',
      { bold: `#${undo.number}` },
      '. Its receipt will be posted as a reply to ',
      file,
      '.',
    ],
  })
}

/** Why an undo is refused. */
export function describeRefusal(refusal: UndoRefusal, number: number): Reply {
  return toAsker({ kind: 'headline', text: explainRefusal(refusal, number) })
}

function explainRefusal(refusal: UndoRefusal, number: number): Sentence {
  switch (refusal.kind) {
    case 'unknown':
      return [
        'There is no upload ',
        { bold: `#${number}` },
        '. To see all uploads, type ',
        { code: '/uploads recent' },
        '.',
      ]
    case 'not_allowed':
      return [
        'Only ',
        { user: refusal.upload.source.user },
        refusal.upload.kind === 'undo' ? ', who requested it,' : ', who uploaded it,',
        ' and the admins of the bot can undo ',
        ...nameUploadBriefly(refusal.upload),
        '.',
      ]
    case 'unfinished':
      return [...nameOf(refusal.upload), ' is not finished yet. Ask again after its receipt is posted.']
    case 'for_good':
      return [{ bold: `#${refusal.upload.number}` }, ' forgot a person. That cannot be undone.']
    case 'nothing_written':
      return [...nameOf(refusal.upload), ' changed nothing, so there is nothing to undo.']
    case 'is_switch':
      return [
        ...nameOf(refusal.upload),
        ' changed the record kind. To switch back, the person who runs the bot types ',
        { code: `npm run records -- ${RECORD_KIND_WORDS[refusal.from].word}` },
        '.',
      ]
    case 'values_removed':
      return [
        ...nameOf(refusal.upload),
        ' can no longer be undone, because the retention policy deleted its row data. Share a file with the right values. The latest file wins.',
      ]
    case 'read_again':
      return [
        'The file of ',
        { bold: `#${refusal.upload.number}` },
        ` is imported as #${refusal.by} now. To take that back, type `,
        { code: `/uploads undo ${refusal.by}` },
        '.',
      ]
    case 'under_way':
      return ['An undo of ', ...nameOf(refusal.upload), ` is already in progress: #${refusal.by}.`]
    case 'already_undone':
      return refusal.by === undefined
        ? [...nameOf(refusal.upload), ' is already undone.']
        : [
            ...nameOf(refusal.upload),
            ` is already undone by #${refusal.by}. To reverse that, type `,
            { code: `/uploads undo ${refusal.by}` },
            '.',
          ]
  }
}

/** The receipt of an undo. Its three outcomes add up to the customers the file mentions. */
export function describeUndoReceipt(upload: UndoUpload, catalogue: FieldCatalogue): Reply {
  const { undo_of, undo_counts, undo_kept = [] } = upload
  if (!undo_counts) return { visibility: 'channel', parts: [{ kind: 'headline', text: nameOf(upload) }] }
  const parts: ReplyPart[] = [
    { kind: 'headline', text: describeDone(upload, undo_of) },
    {
      kind: 'numbers',
      numbers: [
        { label: 'Customers', value: undo_counts.rows },
        { label: 'Restored', value: undo_counts.restored },
        { label: 'Removed', value: undo_counts.removed },
        { label: 'Kept', value: undo_counts.kept },
      ],
    },
  ]
  if (undo_kept.length > 0) {
    const items = groupLines(undo_kept, ({ fields, why, by }) => `${why} ${by} ${fields}`).map(
      ({ lines, first: { fields, why, by } }): Sentence => [
        nameLines(lines, upload),
        `: ${fields.length === 0 ? 'the customer' : nameFields(fields, { catalogue })} ${REASONS[why](by)}`,
      ],
    )
    const rest = undo_counts.kept - undo_kept.length
    if (rest > 0) items.push(`… and ${plural(rest, 'more customer')}.`)
    parts.push(
      { kind: 'text', text: `Not undone (file ${nameOfLine(upload)} numbers):` },
      { kind: 'list', items },
    )
  }
  const again = describeAgain(upload)
  if (again !== undefined) parts.push({ kind: 'text', text: again })
  const by: Inline[] = upload.restart
    ? ['Done by the bot, because it was updated during the import.']
    : ['Requested by ', { user: upload.source.user }, '.']
  parts.push({ kind: 'note', text: [...by, ' The history of every customer is kept.'] })
  if (upload.status === 'undone') parts.push(describeUndone(upload))
  else if (again === undefined) parts.push({ kind: 'buttons', buttons: [undoButton(upload)] })
  return { visibility: 'channel', parts }
}

/** How the file is read again after the undo. */
function describeAgain({ reread, restart }: UndoUpload): string | undefined {
  if (!reread) return undefined
  if (!restart) return 'The file is read again with other columns. A receipt of its own follows.'
  const { preview_wanted, forgotten = 0 } = restart
  const follows = preview_wanted ? 'preview' : 'receipt'
  const people =
    forgotten > 0
      ? ` The file still has ${plural(forgotten, 'row')} of forgotten people. Import brings them back, too.`
      : ''
  return `The file is read again from its first row. Its own ${follows} follows.${people}`
}

function describeDone(upload: UndoUpload, undo_of: UndoOf): Sentence {
  const file = { ...upload, number: undo_of.file_number }
  return [{ bold: `#${upload.number}` }, ' ', ...didTo(undo_of, file), `${durationOf(upload)}.`]
}

/** What an undo did to its file. */
function didTo({ action }: UndoOf, file: FileUpload): Inline[] {
  return action === 'take_back' ? ['undid ', ...nameOf(file)] : ['applied ', ...nameOf(file), ' again']
}

function durationOf({ started_at, finished_at }: FileUpload): string {
  if (!started_at || !finished_at) return ''
  return ` in ${formatDuration((finished_at.getTime() - started_at.getTime()) / 1000)}`
}

const REASONS: Record<KeptReason, (by: number | undefined) => string> = {
  later_upload: (by) => (by === undefined ? 'was set by a later file' : `was set by a later file, #${by}`),
  changed_elsewhere: () => 'was changed outside of uploads',
  values_removed: () => 'cannot be restored, because the retention policy deleted the earlier values',
  gone: () => 'was already removed',
}

/** The line below the receipt of an undone upload. */
export function describeUndone({ undone_by }: FileUpload): ReplyPart {
  return {
    kind: 'text',
    text: undone_by ? ['Undone by ', { bold: `#${undone_by.number}` }, '.'] : 'Undone.',
  }
}

/** The progress of an undo. */
export function describeUndoProgress(upload: UndoUpload, customers: number): Sentence {
  const did = upload.undo_of.action === 'put_back' ? 'Reapplying' : 'Undoing'
  return [
    `${did} `,
    { bold: `#${upload.undo_of.file_number}` },
    ' ',
    { code: upload.file.name },
    `: ${plural(customers, 'customer')} done`,
  ]
}

/** One line for the list of uploads. */
export function summariseUndo({ undo_of, undo_counts }: UndoUpload): string {
  const file = `#${undo_of.file_number}`
  const did = undo_of.action === 'put_back' ? `applied ${file} again` : `undid ${file}`
  const counts = undo_counts
    ? `: ${formatCount(undo_counts.restored)} restored, ${formatCount(undo_counts.removed)} removed, ${formatCount(undo_counts.kept)} kept`
    : ''
  return `${did}${counts}`
}
