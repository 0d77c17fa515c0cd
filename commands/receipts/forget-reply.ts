import type { Customer, FileUpload, ForgetUpload } from '../../models/index.ts'
import { formatPhone } from '../../src/customers/phones/index.ts'
import type { ForgetForecast } from '../../src/uploads/forget/index.ts'
import { formatCount, plural, type Reply, type Sentence, toAsker } from '../reply/index.ts'

/** Name of the button's action. */
export const FORGET_CONFIRM = 'forget_confirm'
/** Maximum of files listed by number; the rest is counted. */
const MAX_NAMED = 20

/** The buttons' values, and how the person was found if not by their primary phone. */
interface ForgetTokens {
  readonly token: string
  /** Undefined if no other customer has the phone. */
  readonly tokenFromOthers?: string | undefined
  readonly note?: Sentence | undefined
}

/**
 * Several people have the phone as a second one, and none as the primary one: they are erased one at a time.
 */
export function describeForgetChoice(phone: string, people: readonly Customer[], hasMore: boolean): Reply {
  const shown = people.map(
    ({ full_name, primary_phone }): Sentence => [
      `${typeof full_name === 'string' ? full_name : 'No name'}: `,
      { code: `/customer forget ${primary_phone}` },
    ],
  )
  return toAsker(
    {
      kind: 'headline',
      text: [{ bold: formatPhone(phone) }, ' is second phone of several people. Erase them one at a time:'],
    },
    { kind: 'list', items: hasMore ? [...shown, '… and more people.'] : shown },
  )
}

/** What a forget upload would do, with the button to confirm. Tokens come from `requestForget`. */
export function describeForgetForecast(
  phone: string,
  forecast: ForgetForecast,
  { token, tokenFromOthers, note }: ForgetTokens,
): Reply {
  const { customers, rows, uploads, others, held } = forecast
  const who = formatPhone(phone)
  const stored = customers > 0 ? plural(customers, 'customer') : 'No customer is stored with this number now'
  return toAsker(
    { kind: 'headline', text: ['Forget ', { bold: who }, ' for good?'] },
    ...(note ? [{ kind: 'text', text: note } as const] : []),
    {
      kind: 'list',
      items: [
        customers > 0 ? `${stored} and all their data will be deleted.` : `${stored}.`,
        rows > 0
          ? `Their data will be erased from ${plural(rows, 'history row')} in ${plural(uploads.length, 'upload')}. Row counts in receipts stay the same.`
          : 'No imported row has this number.',
        ...(others > 0
          ? [
              `${plural(others, 'other customer')} ${others === 1 ? 'has' : 'have'} or had this number as a second phone. They keep it, unless you also remove it from them.`,
            ]
          : []),
        'Invalid rows are searched for them, too.',
        'Files I created that contain them are deleted: rows to correct, comparisons, exports. So are my answers about them in direct messages.',
      ],
    },
    ...describeSharedFiles(uploads),
    ...describeHeldFiles(held),
    {
      kind: 'note',
      text: 'It runs after the uploads in the queue, and cannot be undone. If the person is uploaded again, they become a new customer.',
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
            text: `${who} will be erased from the customers, the history and the files I created. This cannot be undone.`,
            yes: 'Forget',
            no: 'Cancel',
          },
        },
        ...(tokenFromOthers === undefined
          ? []
          : [
              {
                label: 'Forget, also as second phone',
                action: FORGET_CONFIRM,
                value: tokenFromOthers,
                style: 'danger' as const,
                confirm: {
                  title: 'Forget this number everywhere?',
                  text: `${who} will be erased, and removed from the second phones of ${plural(others, 'other customer')}. This cannot be undone.`,
                  yes: 'Forget',
                  no: 'Cancel',
                },
              },
            ]),
      ],
    },
  )
}

/** The bot cannot delete files that people shared. */
function describeSharedFiles(uploads: readonly number[]) {
  if (uploads.length === 0) return []
  const text = `The uploaded files stay in Slack: ${nameUploads(uploads)}. Answers that somebody shared in a channel stay, too. Ask the people who shared them to delete them.`
  return [{ kind: 'text', text } as const]
}

/** Queued files are imported first, and then included; held files may be imported later. */
function describeHeldFiles(held: readonly number[]) {
  if (held.length === 0) return []
  const text = `${plural(held.length, 'file')} still ${held.length === 1 ? 'waits' : 'wait'} for a decision: ${nameUploads(held)}. They may contain this person. If such a file is imported later, the person becomes a new customer. Discard the file, or forget the person again then.`
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
    text: ['Queued as ', { bold: `#${number}` }, ". I'll post here when it's done."],
  })
}

/** This person can no longer confirm here. */
export function describeNoForget(): Reply {
  return toAsker(
    { kind: 'headline', text: 'This question is closed. Nothing was changed.' },
    { kind: 'text', text: ['Ask again with ', { code: '/customer forget <phone>' }, '.'] },
  )
}

/** The receipt of a forget upload: who requested it, when, and how much was erased; not whom. */
export function describeForgotten(upload: ForgetUpload): Reply {
  const { forget, forget_counts, number, source, finished_at } = upload
  if (!forget_counts)
    return toAsker({ kind: 'headline', text: [{ bold: `#${number}` }, ' will forget a person.'] })
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
        ...(forget?.others === undefined
          ? []
          : [{ label: 'Others without the number now', value: formatCount(forget.others) }]),
        { label: 'Files deleted from Slack', value: formatCount(forget_counts.files) },
      ],
    },
    ...(left > 0
      ? [
          {
            kind: 'text',
            text: `Slack did not allow the bot to delete ${plural(left, 'file')} that may contain them. Ask a workspace owner to delete ${left === 1 ? 'it' : 'them'} (${filesLeft.join(', ')}).`,
          } as const,
        ]
      : []),
    {
      kind: 'note',
      text: [
        'Requested by ',
        { user: source.user },
        ...(finished_at ? [', done ', { time: finished_at, style: 'minute' } as const] : []),
        '. The name and number are not recorded anywhere.',
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
