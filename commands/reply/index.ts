/** The base of all commands: Reply, Command, Action, Page, and shared formatting. Imports no command. */
export {
  type ActionDefinition,
  type ActionInput,
  type ActionScope,
  everywhereForCustomers,
  everywhereForUploads,
  onlyInChannels,
} from './action.ts'
export { isAdmin, refuseNonAdmin, refuseUnlessAdminNow } from './admins.ts'
export type { CommandDefinition, CommandDeps, CommandInput, PrivateFile } from './command.ts'
export { describeError } from './error-reply.ts'
export { type Headings, headingsOf, labelOf, type NamedDeps, nameFields } from './field-label.ts'
export { brief, formatCount, formatDuration, formatValue, plural } from './format.ts'
export { markCode } from './mark-code.ts'
export { groupLines, nameLines, nameOfLine } from './name-lines.ts'
export { describeGone, type Page, toAsker, traced, type Viewer } from './page.ts'
export {
  OPEN_PAGE,
  PICK_PAGE,
  pageButton,
  pageButtons,
  pageValue,
  readPageValue,
  SHARE_PAGE,
} from './page-button.ts'
export type {
  Button,
  Chart,
  Form,
  FormChoices,
  Inline,
  Reply,
  ReplyPart,
  Sentence,
  TimeStyle,
} from './reply.ts'
export { createProgressReport } from './report-progress.ts'
export { describeTooLong } from './too-long.ts'
