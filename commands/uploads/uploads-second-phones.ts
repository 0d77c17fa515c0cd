import type { FileUpload } from '../../models/index.ts'
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

/** Sends all rows whose phone is a second phone of another customer to whoever asks. */
export const SEND_SECOND_PHONES = 'send_second_phones'

const hasSome = ({ second_phones, matched_phones, retention }: FileUpload): boolean =>
  (second_phones ?? matched_phones) !== undefined && !retention

export function secondPhonesButton(upload: FileUpload, { sendPrivateFile }: CommandDeps): Button[] {
  if (!hasSome(upload) || !sendPrivateFile) return []
  return [{ label: 'Send me the second phones', action: SEND_SECOND_PHONES, value: String(upload.number) }]
}

/** Rows of an upload whose phone is a second phone of another customer, for the asker alone. */
export async function sendSecondPhones({ value, ...viewer }: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await resolvePressed(value, viewer, deps)
  if (!upload) return describeGone()
  if (isReply(upload)) return upload
  if (!hasSome(upload)) return describeGone()
  const name = `${upload.file.name.replace(/\.[a-z0-9]{1,5}$/i, '')} - second phones.csv`
  const comment = `The rows of ${upload.file.name} (#${upload.number}) whose phone is a second phone of another customer.`
  const outcome = await sendWritten(
    deps,
    viewer.user,
    { name, comment, uploads: [upload.number] },
    async (path) => {
      await writeSecondPhones(deps.models, upload, path)
      return true
    },
  )
  return traced(toAsker({ kind: 'text', text: outcome ?? '' }), 'exported', { uploads: [upload.number] })
}
