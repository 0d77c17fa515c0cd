/**
 * Modals: their content, their private metadata, and questions in them. listeners/ handles presses in them.
 */
export { type AskDeps, askInWindow, showOrAsk } from './ask-in-window.ts'
export {
  createWindows,
  describeWindow,
  FILE_WINDOW,
  FORM_TURN,
  FORM_WINDOW,
  LOOKUP_WINDOW,
  ONE_MOMENT,
  type OpenWindow,
  QUESTION_WINDOW,
  readChoice,
  readFileToken,
  readFormChoices,
  readFormToken,
  readGivenFile,
  readQuestionToken,
  SHOW_WINDOW,
  type WindowKind,
} from './modals.ts'
