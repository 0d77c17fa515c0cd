import { mongo } from 'mongoose'
import type { AuditDeed, AuditEntry, Models } from '../../models/index.ts'

/** Who sent a request, and how. */
type AuditRequest = Pick<AuditEntry, 'team' | 'user' | 'entry' | 'name'> & {
  readonly channel: string | undefined
}

/** The result of a request. References only. */
export interface AuditFinding {
  readonly outcome: 'answered' | 'refused' | 'failed'
  readonly why?: AuditEntry['why']
  readonly did?: AuditDeed
  readonly customers?: readonly string[]
  readonly uploads?: readonly number[]
}

export interface AuditTrail {
  /**
   * Stores a request before it runs.
   * @throws driver errors: then the request must not run
   */
  begin(visit: AuditRequest): Promise<mongo.ObjectId>
  /** Stores the result, before the reply is shown. @throws driver errors */
  finish(entry: mongo.ObjectId, finding: AuditFinding): Promise<void>
}

export function createAuditTrail({ models }: { models: Models }): AuditTrail {
  const { collection } = models.audit
  return {
    async begin({ channel, ...visit }) {
      const _id = new mongo.ObjectId()
      const place = channel === undefined ? {} : { channel }
      const entry: AuditEntry = { _id, at: new Date(), ...visit, ...place, outcome: 'begun' }
      await collection.insertOne(entry)
      return _id
    },
    async finish(_id, { customers, uploads, ...finding }) {
      const found = {
        ...finding,
        ...(customers && { customers: customers.map((id) => new mongo.ObjectId(id)) }),
        ...(uploads && { uploads: [...uploads] }),
      }
      await collection.updateOne({ _id }, { $set: found })
    },
  }
}
