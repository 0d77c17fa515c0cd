import { randomBytes } from 'node:crypto'
import type { Models, WindowQuestion } from '../../models/index.ts'
import { asLiterals, fromNow, isAhead } from '../uploads/lease/index.ts'

export interface QuestionStore {
  /**
   * Stores a question. @returns the id for the modal @throws driver errors
   */
  remember(question: Omit<WindowQuestion, '_id' | 'until'>): Promise<string>
  /**
   * Deletes a question, so that a second submit does nothing.
   * @returns null if this person was not asked it, has answered, or was asked too long ago
   * @throws driver errors
   */
  take(token: string, user: string): Promise<WindowQuestion | null>
}

/** As long as the confirmation of a forget upload stays open. */
const ANSWER_WITHIN_MS = 15 * 60_000

/** Questions in modals. The modals carry a random id only. */
export function createQuestionStore({ models }: { models: Models }): QuestionStore {
  const questions = models.windowQuestions.collection
  return {
    async remember({ user, channel, answers }) {
      const token = randomBytes(16).toString('hex')
      const question = { user, ...(channel !== undefined && { channel }), answers }
      await questions.updateOne(
        { _id: token },
        [{ $set: { ...asLiterals(question), until: fromNow(ANSWER_WITHIN_MS) } }],
        { upsert: true },
      )
      return token
    },
    async take(token, user) {
      if (!/^[0-9a-f]{32}$/.test(token)) return null
      const key = { _id: token, user }
      const question = await questions.findOne<WindowQuestion>({ ...key, ...isAhead('until') })
      // The process that deletes it acts. DocumentDB does not support this time condition in a delete.
      const isOurs = question !== null && (await questions.deleteOne(key)).deletedCount === 1
      return isOurs ? question : null
    },
  }
}
