/**
 * What people answered about how a file is read, and the choices remembered for later files with the same
 * headings or sheets. Reads no file and asks nothing itself.
 */
export {
  answerQuestion,
  chooseSheet,
  findUpload,
  leaveUpload,
  listSameQuestion,
  releaseSameHeader,
  repeatLastWord,
} from './answer-question.ts'
export {
  changeChoice,
  changeColumn,
  findChoiceByNumber,
  findChoices,
  forgetChoice,
  listChoices,
  rememberChoice,
  rememberColumns,
  storeChoice,
} from './column-choices.ts'
export { findSheetChoice, fingerprintSheets, rememberSheetChoice } from './sheet-choices.ts'
