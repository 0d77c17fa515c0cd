/**
 * The questions about a file that only a person can answer: phone column, sheet, encoding, reading. Also the
 * message after the answer, and the lines of a receipt that name the choices.
 */
export { describeAnswered, nameChoice } from './answer-reply.ts'
export {
  describeChosenColumn,
  describeChosenColumns,
  describeChosenEncoding,
  describeChosenSheet,
} from './chosen-lines.ts'
export { CHOOSE_ENCODING, describeEncodingQuestion } from './encoding-question.ts'
export { CHOOSE_PHONE_COLUMN, describePhoneQuestion } from './phone-question.ts'
export { LEAVE_UPLOAD } from './question-parts.ts'
export { CHOOSE_READING, describeReadingQuestion } from './reading-question.ts'
export { CHOOSE_SHEET, describeSheetQuestion } from './sheet-question.ts'
