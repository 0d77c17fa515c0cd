/**
 * What the bot stores about Slack: audit entries, members, greetings, digests, sent files. Only stores;
 * slack/ and jobs/ decide what to post.
 */
export { type AuditFinding, type AuditTrail, createAuditTrail } from './audit-trail.ts'
export {
  type ClaimedDigest,
  createDigestStore,
  DIGEST_KINDS,
  type DigestKind,
  type DigestStore,
} from './digest-store.ts'
export { createFailedRowsStore, type FailedRowsStore } from './failed-rows-store.ts'
export { createGreetingStore, type GreetingStore } from './greeting-store.ts'
export { createLookTurns, type LookTurn, type LookTurns } from './look-turns.ts'
export { createMemberStore, type MemberStore } from './member-store.ts'
export { createPersonRates, type PersonRates } from './person-rates.ts'
export { createQuestionStore, type QuestionStore } from './question-store.ts'
export { createReactionStore, type KnownReactions, type ReactionStore } from './reaction-store.ts'
export { createSentAnswerStore, type SentAnswerStore } from './sent-answers.ts'
export { rememberSentFile } from './sent-files.ts'
