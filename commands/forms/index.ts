/**
 * Parses what people type to /customer, /uploads, the search modal, in mentions and direct messages, and
 * lists the supported forms. Pure: uses no database and creates no reply.
 */
export { chooseCommand } from './choose-command.ts'
export {
  type CustomerRequest,
  isFiller,
  type Lookup,
  MAX_TERMS,
  parseCustomerRequest,
  parseLookup,
} from './customer-request.ts'
export { FORMS } from './forms.ts'
export { aboutCount, type FormPage, pageOfForm } from './page-of-form.ts'
export { parseRecent, type RecentRequest } from './recent-request.ts'
export { parseUploadReference } from './upload-reference.ts'
export type { UploadsRequest, UploadsWord } from './uploads-kinds.ts'
export { parseUploadsRequest } from './uploads-request.ts'
