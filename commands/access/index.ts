/**
 * Permissions in commands: admins, uploads within reach, rates per person. slack/access checks membership.
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
