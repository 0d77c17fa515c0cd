import type { AppError } from '../../src/errors.ts'
import { markCode } from './mark-code.ts'
import type { Reply } from './reply.ts'

/** The reply to an error: what happened, what to do, and the reference to quote. */
export function describeError(error: AppError, reference: string): Reply {
  return {
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: markCode(error.message) },
      { kind: 'text', text: markCode(error.next) },
      { kind: 'note', text: ['Reference: ', { code: `${error.code} ${reference}` }] },
    ],
  }
}
