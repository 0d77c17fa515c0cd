import type { Message } from '../../dev/workspace/workspace.ts'
import { isReceipt } from '../../dev/workspace/workspace-messages.ts'
import { type FileUpload, type Models, ROW_OUTCOMES, type UploadRow } from '../../models/index.ts'
import { rowId, rowsOf } from '../../src/uploads/rows/index.ts'
import { hold } from './hold.ts'
import type { StoryRow, StoryUpload } from './upload-story.ts'

const OUTCOMES: Readonly<Record<StoryRow['outcome'], readonly string[]>> = {
  created: ['created'],
  known: ['updated', 'unchanged'],
  duplicate: ['duplicate'],
  invalid: ['invalid'],
  blank: ['blank'],
}
/** Personal fields, which a forgotten person's row must not have. */
const PERSONAL = [
  'phone',
  'customer_phone',
  'written',
  'customer',
  'changes',
  'values',
  'search',
  'cells',
  'before',
] as const

/** Every row is stored once with the file's content, and the outcomes balance. */
export async function checkRows(models: Models, { upload, file, rows: shown }: StoryUpload): Promise<void> {
  const name = `#${upload.number} ${file.name}`
  hold(upload.lease === undefined && !upload.receipt.due, `${name} is done and still held`)
  const rows = await models.uploadRows.collection.find<UploadRow>(rowsOf(upload)).sort({ _id: 1 }).toArray()
  hold(rows.length === shown.length, `${name} has ${rows.length} rows of ${shown.length}`)
  const all = await models.uploadRows.collection.countDocuments({ upload: upload._id })
  hold(all === rows.length, `${name} has ${all - rows.length} rows under ids that are not made of it`)
  for (const [index, expected] of shown.entries()) {
    const row = rows[index]
    const at = `${name}, line ${index + 2}`
    hold(row?.line === index + 2, `${at}: the row there is of line ${row?.line}`)
    hold(row._id.equals(rowId(upload, row.line)), `${at}: its id is not made of upload and line`)
    const { outcome, forgottenBy } = expected
    hold(OUTCOMES[outcome].includes(row.outcome), `${at}: ${row.outcome}, not ${outcome}`)
    if (row.forgotten_by === undefined && row.without_values && outcome === 'invalid') continue
    hold(row.forgotten_by === forgottenBy, `${at}: forgotten by ${row.forgotten_by}, not ${forgottenBy}`)
    if (forgottenBy === undefined) {
      const answer = file.rows[index]
      if (answer?.kind === 'customer' && outcome !== 'invalid') {
        const [owner] = expected.owners
        hold(row.phone === answer.phone, `${at}: another phone`)
        hold((row.customer_phone ?? row.phone) === owner, `${at}: went to another customer`)
      }
    } else {
      const left = PERSONAL.filter((key) => row[key] !== undefined)
      hold(left.length === 0, `${at}: forgotten, and still has ${left.join(', ')}`)
    }
  }
  const { counts } = upload
  // A file cancelled before it began has no counts.
  if (upload.cancelled && !counts && rows.length === 0) return
  hold(counts?.rows === rows.length, `${name}: the receipt counts ${counts?.rows} rows of ${rows.length}`)
  for (const outcome of ROW_OUTCOMES) {
    const written = rows.filter((row) => row.outcome === outcome).length
    hold(counts[outcome] === written, `${name}: ${counts[outcome]} ${outcome} counted, ${written} written`)
  }
}

/** One reply to a share: the receipt with the database's numbers, and the failed rows once. */
export function checkThread(thread: readonly Message[], upload: FileUpload): void {
  const name = `#${upload.number} ${upload.file.name}`
  const output = thread.filter(({ files }) => files === undefined)
  const files = thread.length - output.length
  // The rest of a first message after its receipt became a separate reply.
  const messages = output.filter(({ metadata }) => metadata?.event_payload.state !== 'moved')
  const isCut = upload.status === 'failed'
  const invalid = isCut ? 0 : (upload.counts?.invalid ?? 0)
  const isWithdrawn = upload.failed_rows?.withdrawn === true
  hold(
    isWithdrawn ? files <= 1 : files === (invalid > 0 ? 1 : 0),
    `${name} has ${files} files of ${invalid} failed rows`,
  )
  const states = messages.map(({ metadata }) => String(metadata?.event_payload.state)).join(', ')
  hold(messages.length === 1, `${name} has ${messages.length} answers (${states})`)
  const [receipt] = messages
  hold(receipt !== undefined && isReceipt(receipt), `${name}: the answer is no receipt but ${states}`)
  const words = JSON.stringify([receipt.text, receipt.blocks])
  const { counts } = upload
  if (isCut) {
    checkCut(name, words, upload)
    return
  }
  hold(counts !== undefined, `${name} has no counts`)
  const imported = counts.rows - counts.invalid - counts.blank
  for (const number of [upload.number, imported, counts.rows, ...ROW_OUTCOMES.map((key) => counts[key])])
    hold(words.includes(number.toLocaleString('en-US')), `${name}: the receipt does not say ${number}`)
}

/**
 * Expects three receipts below a share with corrected columns: of the file, of its undo, and of the file read
 * again.
 */
export function checkCorrectedThread(thread: readonly Message[], uploads: readonly FileUpload[]): void {
  for (const upload of uploads) {
    const own = thread.filter(
      ({ metadata }) =>
        metadata?.event_payload.upload === upload.number && metadata.event_payload.state !== 'moved',
    )
    if (upload.kind === 'import') checkThread(own, upload)
    else hold(own.length === 1 && own.every(isReceipt), `#${upload.number} has ${own.length} answers`)
  }
}

/** The message of a cancelled file: how far it came. */
function checkCut(name: string, words: string, { number, counts }: FileUpload): void {
  hold(words.includes('cancelled') && words.includes(String(number)), `${name}: not said to be cancelled`)
  if (!counts || counts.rows === 0) return
  for (const printed of [counts.rows, ...ROW_OUTCOMES.map((key) => counts[key])])
    hold(words.includes(printed.toLocaleString('en-US')), `${name}: the receipt does not say ${printed}`)
}
