import type { FileUpload } from '../../models/index.ts'
import { writeSharedPhones } from '../../src/uploads/queries/index.ts'
import { resolvePressed } from '../access/index.ts'
import { sendWritten } from '../customer-lists/index.ts'
import { isReply } from '../receipts/index.ts'
import {
  type ActionInput,
  type Button,
  type CommandDeps,
  describeGone,
  labelOf,
  type Reply,
  toAsker,
  traced,
} from '../reply/index.ts'

/** Sends all rows that share a phone but differ in name or loan ID to the person. */
export const SEND_SHARED_PHONES = 'send_shared_phones'

export function sharedPhonesButton(
  { shared_phones, number, retention }: FileUpload,
  { sendPrivateFile }: CommandDeps,
): Button[] {
  if (!shared_phones || retention || !sendPrivateFile) return []
  return [{ label: 'Send me the shared phones', action: SEND_SHARED_PHONES, value: String(number) }]
}

/** The rows of an upload that share a phone, for the person only. */
export async function sendSharedPhones({ value, ...viewer }: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await resolvePressed(value, viewer, deps)
  if (!upload) return describeGone()
  if (isReply(upload)) return upload
  if (!upload.shared_phones || upload.retention) return describeGone()
  const name = `${upload.file.name.replace(/\.[a-z0-9]{1,5}$/i, '')} - shared phones.csv`
  const comment = `The rows of ${upload.file.name} (#${upload.number}) that share a phone with an earlier row of another name or loan ID.`
  const outcome = await sendWritten(
    deps,
    viewer.user,
    { name, comment, uploads: [upload.number] },
    async (path) => {
      await writeSharedPhones(deps.models, upload, path, (field) => labelOf(field, deps))
      return true
    },
  )
  return traced(toAsker({ kind: 'text', text: outcome ?? '' }), 'exported', { uploads: [upload.number] })
}
