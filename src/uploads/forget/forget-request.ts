import { randomBytes } from 'node:crypto'
import { mongo } from 'mongoose'
import {
  type FileUpload,
  type ForgetRequest,
  type ForgetUpload,
  isDuplicateKey,
  type Models,
} from '../../../models/index.ts'
import { asLiterals, fromNow, isAhead, nextNumber } from '../lease/index.ts'
import { readPerson } from './read-person.ts'
import { findOthers } from './remove-second-phone.ts'

/** Milliseconds until the confirmation expires. */
const ANSWER_WITHIN_MS = 15 * 60_000

interface Asker {
  readonly team: string
  readonly channel: string
  readonly user: string
}

/** What would be erased, as far as the phone shows it. */
export interface ForgetForecast {
  readonly customers: number
  readonly rows: number
  /** The uploads that contain the person, oldest first. */
  readonly uploads: readonly number[]
  /** Other customers who have the phone as a second one; they keep it by default. */
  readonly others: number
  /**
   * Uploads that wait for a decision: their rows are unknown, and they may be imported after the person is
   * forgotten.
   */
  readonly held: readonly number[]
}

/** @throws driver errors */
export async function forecastForget(models: Models, phone: string): Promise<ForgetForecast> {
  const { customers, lines } = await readPerson(models, phone)
  const others = await findOthers(models, phone)
  const list = async (filter: Record<string, unknown>) => {
    const uploads = models.fileUploads.collection.find<Pick<FileUpload, 'number'>>(filter, {
      projection: { number: 1 },
    })
    return (await uploads.sort({ number: 1 }).toArray()).map(({ number }) => number)
  }
  const [uploads, held] = await Promise.all([
    list({ _id: { $in: [...lines.keys()].map((id) => new mongo.ObjectId(id)) } }),
    list({ status: 'held' }),
  ])
  const rows = [...lines.values()].reduce((sum, some) => sum + some.size, 0)
  return { customers, rows, uploads, others: others.size, held }
}

/**
 * Stores a pending confirmation. @returns the token for the button: it contains no personal data, and only
 * the person asked can use it, once, within 15 minutes
 * @param fromOthers also remove the phone from the other phones of other customers
 */
export async function requestForget(
  models: Models,
  phone: string,
  asker: Asker,
  fromOthers = false,
): Promise<string> {
  const token = randomBytes(16).toString('hex')
  const { team, channel, user } = asker
  const request: Omit<ForgetRequest, '_id' | 'until'> = {
    phone,
    ...(fromOthers && { from_others: true as const }),
    team,
    channel,
    user,
  }
  await models.forgetRequests.collection.updateOne(
    { _id: token },
    [{ $set: { ...asLiterals(request), until: fromNow(ANSWER_WITHIN_MS) } }],
    { upsert: true },
  )
  return token
}

/**
 * Queues a forget upload after all waiting uploads.
 * @returns undefined if this person was not asked here, was asked too long ago, or has already answered
 */
export async function queueForget(
  models: Models,
  token: string,
  asker: Asker & { readonly now: Date },
): Promise<ForgetUpload | undefined> {
  const { team, channel, user, now } = asker
  const key = { _id: token, team, channel, user, ...isAhead('until') }
  try {
    const request = await models.forgetRequests.collection.findOne(key)
    if (!request) return undefined
    const number = await nextNumber(models, 'file_uploads')
    const forget: ForgetUpload = {
      // Derived from the token: two presses at the same time make one upload.
      _id: new mongo.ObjectId(token.slice(0, 24)),
      kind: 'forget',
      number,
      status: 'queued',
      source: { kind: 'slack', team, channel, user, file_id: `forget-${token.slice(0, 24)}` },
      file: { name: 'a person' },
      forget: {
        phone: String(request.phone),
        ...(request.from_others === true && { from_others: true as const }),
      },
      attempts: 0,
      shared_at: now,
      receipt: { due: false },
    }
    await models.fileUploads.collection.insertOne(forget)
    await models.forgetRequests.collection.deleteOne({ _id: token })
    return forget
  } catch (error) {
    if (isDuplicateKey(error)) return undefined
    throw error
  }
}
