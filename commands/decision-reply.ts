import type { FileUpload } from '../models/index.ts'
import { describeQuestion } from './phone-column-reply.ts'
import { describeHeld } from './preview-reply.ts'
import type { Reply } from './reply.ts'

/** What a held upload waits for, with the buttons that decide it: a look at what it would do, or an answer about its columns. */
export function describeDecision(upload: FileUpload): Reply {
  const { hold } = upload
  return hold !== undefined && hold.answer === undefined ? describeHeld(upload) : describeQuestion(upload)
}
