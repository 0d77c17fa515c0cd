import type { FileUpload, UploadRow } from '../../models/index.ts'
import { findCustomerIds } from '../../src/uploads/history/index.ts'
import { writeSecondPhones } from '../../src/uploads/second-phones/index.ts'
import { resolvePressed } from '../access/index.ts'
import { sendWritten } from '../customer-lists/index.ts'
import { isReply } from '../receipts/index.ts'
import {
  type ActionInput,
  type Button,
  type CommandDeps,
  describeGone,
  type Reply,
  toAsker,
  traced,
} from '../reply/index.ts'

/** Sends all rows whose phone is a second phone of another customer to the person. */
export const SEND_SECOND_PHONES = 'send_second_phones'

const hasSome = ({ second_phones, matched_phones, retention }: FileUpload): boolean =>
  (second_phones ?? matched_phones) !== undefined && !retention

export function secondPhonesButton(upload: FileUpload, { sendPrivateFile }: CommandDeps): Button[] {
  if (!hasSome(upload) || !sendPrivateFile) return []
  return [{ label: 'Send me the second phones', action: SEND_SECOND_PHONES, value: String(upload.number) }]
}

/** Rows of an upload whose phone is a second phone of another customer, for the person only. */
export async function sendSecondPhones({ value, ...viewer }: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await resolvePressed(value, viewer, deps)
  if (!upload) return describeGone()
  if (isReply(upload)) return upload
  if (!hasSome(upload)) return describeGone()
  const name = `${upload.file.name.replace(/\.[a-z0-9]{1,5}$/i, '')} - second phones.csv`
  const comment = `The rows of ${upload.file.name} (#${upload.number}) whose phone is a second phone of another customer.`
  let phones: ReadonlySet<string> = new Set()
  // Without its upload: it names customers who are in none of its rows, and is deleted when any of them is
  // forgotten.
  const outcome = await sendWritten(deps, viewer.user, { name, comment }, async (path) => {
    phones = await writeSecondPhones(deps.models, upload, path)
    return true
  })
  return traced(toAsker({ kind: 'text', text: outcome ?? '' }), 'exported', {
    uploads: [upload.number],
    customers: await findCustomerIds(deps.models, [...phones]),
  })
}

/**
 * The customers that a reply about an upload names by phone, for the audit: those with a second phone that a
 * row has. They may be in no row of the upload.
 * @param problems the shown invalid rows
 */
export async function findNamedCustomers(
  { second_phones, matched_phones, preview }: FileUpload,
  problems: readonly Pick<UploadRow, 'problem'>[],
  { models }: CommandDeps,
): Promise<string[]> {
  const lists = [second_phones, matched_phones, preview?.second_phones, preview?.matched_phones]
  const examples = lists.flatMap((list) => list?.examples ?? [])
  const messages = [...problems, ...(preview?.problems ?? [])].flatMap(({ problem }) =>
    problem?.code === 'phone_of_several' ? [problem.message] : [],
  )
  const phones = new Set([
    ...examples.flatMap(({ phone, others }) => [phone, ...others.map((other) => other.phone)]),
    ...messages.flatMap((message) => message.match(E164) ?? []),
  ])
  return await findCustomerIds(models, [...phones])
}

/** A stored phone. */
const E164 = /\+\d{6,15}/g
