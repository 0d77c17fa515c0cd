import type { Collection } from 'mongoose'
import type { Models } from '../models/index.ts'

/** Bytes on disk. */
interface DocumentSize {
  readonly data: number
  readonly indexes: number
}

export interface StoredSize {
  readonly customer: DocumentSize
  readonly history_row: DocumentSize
}

/** Bytes per customer and per history row on disk, as counted by the server. */
export async function readStoredSize({ customers, uploadRows }: Models): Promise<StoredSize> {
  return {
    customer: await sizeOf(customers.collection),
    history_row: await sizeOf(uploadRows.collection),
  }
}

async function sizeOf(collection: Collection): Promise<DocumentSize> {
  const documents = await collection.countDocuments()
  const [found] = await collection.aggregate([{ $collStats: { storageStats: {} } }]).toArray()
  const { storageSize, totalIndexSize } = found?.storageStats ?? {}
  const perDocument = (bytes: unknown) => Math.round(Number(bytes) / Math.max(1, documents))
  return { data: perDocument(storageSize), indexes: perDocument(totalIndexSize) }
}
