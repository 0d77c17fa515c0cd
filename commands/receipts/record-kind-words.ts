import type { RecordKind } from '../../models/index.ts'

interface RecordKindWords {
  /** As typed. */
  readonly word: string
  /** Completes "switch to …". */
  readonly name: string
  readonly means: string
  /** When to choose it. */
  readonly rightWhen: string
}

/** The record kinds, in words. */
export const RECORD_KIND_WORDS: Readonly<Record<RecordKind, RecordKindWords>> = {
  one_per_phone: {
    word: 'one-per-phone',
    name: 'one record per phone',
    means: 'One record per phone number, in any notation. Each file updates it.',
    rightWhen: 'you keep people, and the latest file wins. This is the default.',
  },
  one_per_upload: {
    word: 'one-per-upload',
    name: 'one record per phone and upload',
    means: 'One record per phone number and upload. A file never changes records of another file.',
    rightWhen: "each day's list must stay separate, as it was shared.",
  },
  as_written: {
    word: 'as-written',
    name: 'one record per phone as written',
    means: 'One record per notation: 07417119014 and +91 74171 19014 are two records.',
    rightWhen: 'the notation has a meaning, for example in another system.',
  },
}
