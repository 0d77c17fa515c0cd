import type { Collection } from 'mongoose'
import type { Models } from '../models/index.ts'

/** Bytes on disk. */
interface DocumentSize {
  readonly data: number
  readonly indexes: number
}

export interface StoredSize {
  readonly customer: DocumentSize
  /** With its part of the search blocks. */
  readonly history_row: DocumentSize
}

/** Bytes per customer and per history row on disk, as counted by the server. */
export async function readStoredSize({ customers, uploadRows, searchBlocks }: Models): Promise<StoredSize> {
  return {
    customer: await sizeOf(customers.collection),
    history_row: await sizeOf(uploadRows.collection, searchBlocks.collection),
  }
}

/** Per document of the first collection. */
async function sizeOf(collection: Collection, ...others: readonly Collection[]): Promise<DocumentSize> {
  const documents = await collection.countDocuments()
  const stats = await Promise.all([collection, ...others].map(readStats))
  const perDocument = (sizes: readonly number[]) =>
    Math.round(sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, documents))
  return {
    data: perDocument(stats.map(({ data }) => data)),
    indexes: perDocument(stats.map(({ indexes }) => indexes)),
  }
}

async function readStats(collection: Collection): Promise<DocumentSize> {
  const [found] = await collection.aggregate([{ $collStats: { storageStats: {} } }]).toArray()
  const { storageSize, totalIndexSize } = found?.storageStats ?? {}
  return { data: Number(storageSize), indexes: Number(totalIndexSize) }
}
