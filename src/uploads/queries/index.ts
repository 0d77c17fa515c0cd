/**
 * Answers questions about people and uploads: find, summarise.
 * Reads only, except for the stored count of stale customers.
 */
export { findChannelsOf, findChannelUploads } from './channel-uploads.ts'
export { countOpenUploads } from './count-open-uploads.ts'
export {
  findByParts,
  findByPhones,
  findSimilarNames,
  findSimilarPlaces,
  type PersonParts,
} from './find-by-parts.ts'
export {
  escapePattern,
  type FoundPeople,
  type FoundPerson,
  findByLoanId,
  findBySecondPhone,
  findPeople,
  isFoundBy,
} from './find-people.ts'
export { findUploadOfShare } from './find-upload-of-share.ts'
export {
  explainNumbers,
  findLastAlike,
  findLastChange,
  findRecentUploads,
  findSameHeadings,
  findUploadBefore,
  findUploadByReference,
  findUploaders,
  findUploadsByName,
  isDiscarded,
  type UploadFilter,
} from './find-uploads.ts'
export { createKnownShares, type FoundShare, type KnownShares } from './known-shares.ts'
export { countCustomers, countStaleCustomers, findStaleCount } from './stale-customers.ts'
export {
  isIn,
  type PeriodSummary,
  type PersonSummary,
  type Span,
  type SummarisedUpload,
  summarisePeriod,
} from './summarise-period.ts'
export { writeSharedPhones } from './write-shared-phones.ts'
