import { createHash } from 'node:crypto'
import { mongo } from 'mongoose'
import type { Models, SearchBlock } from '../models/index.ts'
import { type Case, inventRow } from './invented-customers.ts'

const SAMPLE_SIZE = 100
/** Chosen by each writer, so they differ for equal documents. */
const OWN: ReadonlySet<string> = new Set(['_id', 'customer'])

/**
 * Stored customers of a day, their rows, and all search blocks, as text: equal for two contenders with equal documents, whatever
 * their ids.
 */
export async function readSample(models: Models, day: Case, rows: number): Promise<string> {
  const step = Math.max(1, Math.floor(rows / SAMPLE_SIZE))
  const phones: string[] = []
  for (let index = 0; index < rows; index += step) phones.push(inventRow(day, rows, index).customer.phone)
  const customers = await models.customers.collection.find({ primary_phone: { $in: phones } }).toArray()
  const history = await models.uploadRows.collection.find({ phone: { $in: phones } }).toArray()
  const lines = [...customers, ...history].map((document) => JSON.stringify(normalise(document)))
  return [
    `${customers.length} customers, ${history.length} rows`,
    ...lines.sort(),
    `search blocks: ${await digestBlocks(models)}`,
  ].join('\n')
}

/** The same for equal blocks in any order. */
async function digestBlocks({ searchBlocks }: Models): Promise<string> {
  const texts: string[] = []
  for await (const { words, lines } of searchBlocks.collection.find<SearchBlock>({}))
    texts.push(JSON.stringify([words, lines.map((packed) => packed.toString('hex'))]))
  return createHash('sha256').update(texts.sort().join()).digest('hex')
}

function normalise(value: unknown): unknown {
  if (value instanceof mongo.ObjectId) return 'an id'
  if (value instanceof Date || typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(normalise)
  const entries = Object.entries(value).filter(([name]) => !OWN.has(name))
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, inner]) => [name, normalise(inner)]),
  )
}
