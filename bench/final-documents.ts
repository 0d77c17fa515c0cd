import { mongo } from 'mongoose'
import type { FieldChange, SearchBlock } from '../models/index.ts'
import { searchWordsOf, sharedWordsOf } from '../src/uploads/rows/search-words.ts'
import { type LineWords, packBlocks } from '../src/uploads/search-blocks/pack-blocks.ts'
import { type Case, type DayRow, type InventedValues, inventRow } from './invented-customers.ts'

/** The fields of an upload that documents refer to. */
export interface BenchUpload {
  readonly _id: mongo.ObjectId
  readonly sharedAt: Date
}

/** A day's file with its upload and the previous day's. */
export interface Day {
  readonly name: Case
  readonly rows: number
  readonly upload: BenchUpload
  readonly previous: BenchUpload
  /** Number of uploads that mentioned an existing customer. */
  readonly uploadsBefore: number
}

/** A day's final documents, for contenders that get them instead of computing them. */
export interface FinalDocuments {
  readonly phone: string
  /** The customer without `primary_phone`, `first_uploaded_at` and `first_upload`. */
  readonly customer: Record<string, unknown>
  readonly first: Record<string, unknown>
  readonly row: Record<string, unknown>
  /** For the search blocks of the upload. */
  readonly shared: LineWords
}

export function finalDocuments(day: Day, index: number): FinalDocuments {
  const { name, rows, upload, previous, uploadsBefore } = day
  const row = inventRow(name, rows, index)
  const { customer, line, outcome } = row
  const isNew = outcome === 'created'
  const changes = changesOf(row)
  const news = (changes ?? {}) as Record<string, FieldChange>
  const words = searchWordsOf(news, isNew ? customer.phone : undefined)
  return {
    phone: customer.phone,
    customer: {
      ...customer.values,
      updated_at: upload.sharedAt,
      last_upload: { upload: upload._id, line },
      upload_count: isNew ? 1 : uploadsBefore + 1,
    },
    first: isNew ? firstOf(upload, line) : firstOf(previous, line),
    row: {
      _id: new mongo.ObjectId(),
      upload: upload._id,
      line,
      outcome,
      phone: customer.phone,
      ...(customer.written !== undefined && { written: customer.written }),
      customer: upload._id,
      ...(changes && { changes }),
      values: customer.values,
      ...(words.length > 0 && { search: words }),
      ...(!isNew && {
        before: {
          updated_at: previous.sharedAt,
          last_upload: { upload: previous._id, line },
          upload_count: uploadsBefore,
          has_attributes: true,
        },
      }),
      shared_at: upload.sharedAt,
    },
    shared: { line, words: sharedWordsOf(news) },
  }
}

/** The search blocks of a batch. @param number the number of the upload */
export function blocksOf(
  { _id, sharedAt }: BenchUpload,
  number: number,
  documents: readonly FinalDocuments[],
): SearchBlock[] {
  const shared = documents.map((one) => one.shared)
  return packBlocks({ _id, number, shared_at: sharedAt }, shared[0]?.line ?? 0, shared)
}

function firstOf(upload: BenchUpload, line: number): Record<string, unknown> {
  return { first_uploaded_at: upload.sharedAt, first_upload: { upload: upload._id, line } }
}

type Changes = Record<string, unknown>

function changesOf({ outcome, customer, before }: DayRow): Changes | undefined {
  if (outcome === 'unchanged') return undefined
  const from = outcome === 'created' ? undefined : before.values
  const { attributes, ...fields } = customer.values
  const changes = compare(from, fields)
  const inner = compare(from?.attributes, attributes)
  return Object.keys(inner).length > 0 ? { ...changes, attributes: inner } : changes
}

function compare(from: Partial<InventedValues> | Record<string, string> | undefined, to: object): Changes {
  const changes: Changes = {}
  for (const [name, value] of Object.entries(to)) {
    const old: unknown = from ? Reflect.get(from, name) : null
    if (old !== value) changes[name] = { from: old, to: value }
  }
  return changes
}
