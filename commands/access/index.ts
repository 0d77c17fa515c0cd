/**
 * Who may see and do what in commands: admins, uploads within reach, rates per person.
 * Membership itself is checked in slack/access.
 */
export { describeTooMany, refuseManyPreviews, refuseManyQuestions } from './rate-reply.ts'
export {
  describeElsewhere,
  findSeenUploads,
  reachOf,
  resolveLastChange,
  resolveNamed,
  resolvePressed,
  resolveUpload,
  type SeenUpload,
} from './reachable-upload.ts'
