/**
 * The emulated workspace: people, channels, shares, commands, buttons, modals, answers.
 * Tests and the demo play in it.
 */
export type { Aside } from './asides.ts'
export { isQuestion, startWorkspace } from './workspace.ts'
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
