import type { RecordKind } from '../../models/index.ts'

interface RecordKindWords {
  /** As it is typed. */
  readonly word: string
  /** Completes "switch to …". */
  readonly name: string
  readonly means: string
  /** When that is the right choice. */
  readonly rightWhen: string
}

/** What a record can be, in words. */
export const RECORD_KIND_WORDS: Readonly<Record<RecordKind, RecordKindWords>> = {
  one_per_phone: {
    word: 'one-per-phone',
    name: 'one record per phone',
    means: 'One record per phone, however it is written; each file brings it up to date.',
    rightWhen: 'you keep people: one customer is called once, and the latest word counts. The default.',
  },
  one_per_upload: {
    word: 'one-per-upload',
    name: 'one record per phone and upload',
    means: 'A record of its own per phone and upload; no file changes what another brought.',
    rightWhen: "every day's list is to stay apart, as it was shared.",
  },
  as_written: {
    word: 'as-written',
    name: 'one record per phone as written',
    means: 'One record per phone as it is typed: 07417119014 and +91 74171 19014 are two.',
    rightWhen:
      'the way a number is written says something, as in lists that only another system tells apart.',
  },
}
