import type { FileUpload, ForgetUpload } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import type { ForgetForecast } from '../../src/uploads/forget/index.ts'
import { formatCount, plural, type Reply, type Sentence, toAsker } from '../reply/index.ts'

/** Name of the action behind the button. */
export const FORGET_CONFIRM = 'forget_confirm'
/** Files named by number; the rest is counted. */
const MAX_NAMED = 20

/** What forgetting would do, with the button that does it. @param token see `requestForget` */
export function describeForgetForecast(phone: string, forecast: ForgetForecast, token: string): Reply {
  const { customers, rows, uploads, held } = forecast
  const who = formatPhone(phone)
  const stored = customers > 0 ? plural(customers, 'customer') : 'Nobody is stored under this number now'
  return toAsker(
    { kind: 'headline', text: ['Forget ', { bold: who }, ' for good?'] },
    {
      kind: 'list',
      items: [
        customers > 0 ? `${stored} and everything about them will be deleted.` : `${stored}.`,
        rows > 0
          ? `Their values go from ${plural(rows, 'row')} of history in ${plural(uploads.length, 'upload')}. Receipts still add up: the rows stay, empty.`
          : 'No row of a file is known by this number.',
        'Rows that could not be used are searched for them, too.',
        'Files I made with them in it are deleted: rows to correct, comparisons, exports.',
      ],
    },
    ...describeSharedFiles(uploads),
    ...describeHeldFiles(held),
    {
      kind: 'note',
      text: 'It is done after everything that waits now, and cannot be undone. Uploaded again, they are a new customer.',
    },
    {
      kind: 'buttons',
      buttons: [
        {
          label: 'Forget for good',
          action: FORGET_CONFIRM,
          value: token,
          style: 'danger',
          confirm: {
            title: 'Forget this person?',
            text: `${who} will be erased from the customers, the history and the files I made. This cannot be undone.`,
            yes: 'Forget',
            no: 'Cancel',
          },
        },
      ],
    },
  )
}

/** What people shared is theirs: the bot cannot delete it. */
function describeSharedFiles(uploads: readonly number[]) {
  if (uploads.length === 0) return []
  const text = `The files themselves belong to whoever shared them and stay in Slack: ${nameUploads(uploads)}. So do answers that were shared in a channel. Have them deleted there.`
  return [{ kind: 'text', text } as const]
}

/** What is queued is imported first, and forgotten with the rest; what is held may come later. */
function describeHeldFiles(held: readonly number[]) {
  if (held.length === 0) return []
  const text = `${plural(held.length, 'file')} still ${held.length === 1 ? 'waits' : 'wait'} for a decision: ${nameUploads(held)}. I do not know who is in there. Imported after this, a file with this number brings the person back as a new customer: discard it, or ask again then.`
  return [{ kind: 'text', text } as const]
}

function nameUploads(numbers: readonly number[]): string {
  const rest = numbers.length - MAX_NAMED
  const named = numbers.slice(0, MAX_NAMED).map((number) => `#${number}`)
  return `${named.join(', ')}${rest > 0 ? ` and ${formatCount(rest)} more` : ''}`
}

export function describeQueuedForget({ number }: FileUpload): Reply {
  return toAsker({
    kind: 'headline',
    text: ['It is written down as ', { bold: `#${number}` }, '. I tell you here when it is done.'],
  })
}

/** The question is not open for this person here any more. */
export function describeNoForget(): Reply {
  return toAsker(
    { kind: 'headline', text: 'This question is no longer open, so nothing was changed.' },
    { kind: 'text', text: ['Ask again with ', { code: '/customer forget <phone>' }, '.'] },
  )
}

/** The proof: who had somebody forgotten, when, and how much it was; not whom. */
export function describeForgotten(upload: ForgetUpload): Reply {
  const { forget, forget_counts, number, source, finished_at } = upload
  if (!forget_counts)
    return toAsker({ kind: 'headline', text: [{ bold: `#${number}` }, ' is to forget a person.'] })
  const filesLeft = forget.files_left ?? []
  const left = filesLeft.length
  return toAsker(
    { kind: 'headline', text: [{ bold: `#${number}` }, ': a person was forgotten.'] },
    {
      kind: 'facts',
      facts: [
        { label: 'Customers deleted', value: formatCount(forget_counts.customers) },
        { label: 'Rows emptied', value: formatCount(forget_counts.rows) },
        { label: 'Uploads they were in', value: formatCount(forget_counts.uploads) },
        { label: 'Files deleted from Slack', value: formatCount(forget_counts.files) },
      ],
    },
    ...(left > 0
      ? [
          {
            kind: 'text',
            text: `Slack did not let me delete ${plural(left, 'file')} that may hold them: ask an owner of the workspace to delete ${left === 1 ? 'it' : 'them'} (${filesLeft.join(', ')}).`,
          } as const,
        ]
      : []),
    {
      kind: 'note',
      text: [
        'Asked for by ',
        { user: source.user },
        ...(finished_at ? [', done ', { time: finished_at, style: 'minute' } as const] : []),
        '. Who it was is written down nowhere.',
      ],
    },
  )
}

/** One line for the list of uploads. */
export function summariseForget({ forget_counts }: ForgetUpload): Sentence {
  return forget_counts
    ? `forgotten: ${plural(forget_counts.rows, 'row')} in ${plural(forget_counts.uploads, 'upload')}`
    : 'waiting'
}
