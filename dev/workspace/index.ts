/**
 * The emulated workspace: people, channels, shares, commands, buttons, modals, replies. Used by tests and the
 * demo.
 */
export type { Aside } from './asides.ts'
export { startWorkspace } from './workspace.ts'
export type {
  ActionInput,
  CommandAnswers,
  Message,
  PickedMessage,
  Share,
  SharedFile,
  ShownView,
  SubmissionAnswer,
  SubmitOptions,
  ViewState,
  Workspace,
} from './workspace-contract.ts'
export { isQuestion } from './workspace-messages.ts'
