import type { FileUpload } from '../../models/index.ts'
import type { FieldCatalogue } from '../../src/customers/fields/index.ts'
import type { Reply } from '../reply/index.ts'
import { describeQuestion } from './phone-column-reply.ts'
import { describeHeld } from './preview-reply.ts'

/** What a held upload waits for, with the buttons that decide it: a look at what it would do, or an answer about its columns. */
export function describeDecision(upload: FileUpload, catalogue: FieldCatalogue): Reply {
  const { hold } = upload
  return hold !== undefined && hold.answer === undefined
    ? describeHeld(upload, catalogue)
    : describeQuestion(upload)
}
