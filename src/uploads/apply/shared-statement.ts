import type { mongo } from 'mongoose'
import { chunkBy } from '../../chunk-by.ts'
import type { ServerFacts } from '../../server-facts.ts'
import { nestPaths } from '../rows/index.ts'

/**
 * Maximum of customers per statement. A batch's statements are sent in one command. Each looks up every
 * customer in a list of this length, so longer lists cost more than they save.
 */
const STATEMENT_SIZE = 250
/** The server limits a statement to 16 MB; a row has at most 1,048,576 characters (docs/csv-format.md). */
const STATEMENT_BYTES = 8 * 1024 * 1024

/** Splits writes of one kind into statements. @param sizeOf bytes that a write adds to its statement */
export function splitStatements<T>(writes: readonly T[], sizeOf: (write: T) => number): T[][] {
  return chunkBy(writes, sizeOf, STATEMENT_BYTES, STATEMENT_SIZE)
}

/** An expression for the customer's own entry of a list in the order of the statement's phones. */
type OwnEntry = (list: readonly unknown[]) => Record<string, unknown>

/** @param phones of the statement's customers, each once */
export function ownEntryBy(phones: readonly string[]): OwnEntry {
  return (list) => ({
    $arrayElemAt: [{ $literal: list }, { $indexOfArray: [{ $literal: phones }, '$primary_phone'] }],
  })
}

/**
 * The document itself. The embedded engine stores a second `_id` if the replacement contains one, so it is
 * left out there. In MongoDB leaving it out would report `_id` as removed in the oplog (change streams,
 * Debezium, Kafka).
 */
const AS_IT_WAS = {
  documentdb: { $unsetField: { field: '_id', input: '$$ROOT' } },
  mongodb: '$$ROOT',
} as const satisfies Record<ServerFacts['engine'], unknown>

/**
 * Stages that set each customer's own values, by path: other fields first, then attributes, which are merged key
 * by key.
 */
export function mergeStages(
  values: readonly Readonly<Record<string, unknown>>[],
  own: OwnEntry,
  engine: ServerFacts['engine'],
): mongo.Document[] {
  const nested = values.map((value) => nestPaths(value))
  const fields = nested.map(({ attributes, ...rest }) => rest)
  const attributes = nested.map((value) => value.attributes)
  const hasFields = fields.some((value) => Object.keys(value).length > 0)
  const hasAttributes = attributes.some((value) => value !== undefined)
  return [
    ...(hasFields ? [{ $replaceWith: { $mergeObjects: [AS_IT_WAS[engine], own(fields)] } }] : []),
    ...(hasAttributes ? [{ $set: { attributes: { $mergeObjects: ['$attributes', own(attributes)] } } }] : []),
  ]
}
