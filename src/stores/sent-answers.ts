import { mongo } from 'mongoose'
import type { Models } from '../../models/index.ts'

/** A posted reply and what it shows. */
interface AnswerSent {
  readonly channel: string
  readonly ts: string
  /** `_id`s of the shown customers. */
  readonly customers: readonly string[]
  /** Numbers of the uploads. */
  readonly uploads: readonly number[]
}

export interface SentAnswerStore {
  /** @throws driver errors */
  remember(answer: AnswerSent, at: Date): Promise<void>
}

export function createSentAnswerStore({ models }: { models: Models }): SentAnswerStore {
  return {
    async remember({ channel, ts, customers, uploads }, at) {
      await models.sentAnswers.collection.insertOne({
        _id: `${channel} ${ts}`,
        channel,
        ts,
        customers: customers.map((id) => new mongo.ObjectId(id)),
        uploads: [...uploads],
        sent_at: at,
      })
    },
  }
}
