/**
 * Windows (modals) of Slack: what they look like, what they carry, and questions that are asked in them.
 * Answers to what is pressed in them are given in listeners.
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
