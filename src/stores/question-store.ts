import { randomBytes } from 'node:crypto'
import { type Models, toDatabaseError, type WindowQuestion } from '../../models/index.ts'
import { asLiterals, fromNow, isAhead } from '../uploads/lease/index.ts'

export interface QuestionStore {
  /** Remembers what somebody is asked. @returns what the window carries @throws AppError database_unavailable, database_failed */
  remember(question: Omit<WindowQuestion, '_id' | 'until'>): Promise<string>
  /**
   * Takes a question away, so that sending its window twice acts once.
   * @returns null where this person was not asked it, or has answered, or was asked too long ago
   * @throws AppError database_unavailable, database_failed
   */
  take(token: string, user: string): Promise<WindowQuestion | null>
}

/** As long as the question whether somebody is to be forgotten stays open. */
const ANSWER_WITHIN_MS = 15 * 60_000

/** Questions that stand in windows. The windows themselves carry a random word alone. */
export function createQuestionStore({ models }: { models: Models }): QuestionStore {
  const questions = models.windowQuestions.collection
  return {
    async remember({ user, channel, answers }) {
      const token = randomBytes(16).toString('hex')
      const question = { user, ...(channel !== undefined && { channel }), answers }
      try {
        await questions.updateOne(
          { _id: token as never },
          [{ $set: { ...asLiterals(question), until: fromNow(ANSWER_WITHIN_MS) } }],
          { upsert: true },
        )
      } catch (error) {
        throw toDatabaseError(error)
      }
      return token
    },
    async take(token, user) {
      if (!/^[0-9a-f]{32}$/.test(token)) return null
      try {
        const key = { _id: token as never, user }
        const question = await questions.findOne<WindowQuestion>({ ...key, ...isAhead('until') })
        // Whoever deletes it acts. DocumentDB takes no such condition on the time together with a deletion.
        const isOurs = question !== null && (await questions.deleteOne(key)).deletedCount === 1
        return isOurs ? question : null
      } catch (error) {
        throw toDatabaseError(error)
      }
    },
  }
}
