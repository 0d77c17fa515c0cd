import type { BSON } from 'bson'
import type { DefinedIndex } from './defined-indexes.ts'

/** What a command asks of one collection. */
export interface Lookup {
  readonly filter: BSON.Document
  readonly sort?: BSON.Document | undefined
  /** True: reads no further than the first documents in order. */
  readonly isLimited: boolean
}

/** The lookups of a command; inserts and commands without a collection have none. */
export function listLookups(command: BSON.Document): Lookup[] {
  const [name = ''] = Object.keys(command)
  const { filter, query, sort, limit } = command
  switch (name) {
    case 'find':
      return [{ filter: filter ?? {}, sort, isLimited: isSet(limit) || command.singleBatch === true }]
    case 'count':
    case 'distinct':
      return [{ filter: query ?? {}, isLimited: false }]
    case 'findAndModify':
      return [{ filter: query ?? {}, sort, isLimited: true }]
    case 'aggregate':
      return [readPipeline(command.pipeline)]
    case 'update':
    case 'delete':
      return (command.updates ?? command.deletes ?? []).map((one: BSON.Document) => ({
        filter: one.q,
        isLimited: false,
      }))
    default:
      return []
  }
}

/** Only stages before the first other one can use an index. */
function readPipeline(pipeline: readonly BSON.Document[]): Lookup {
  const [match, ...others] = pipeline[0]?.$match ? pipeline : [{ $match: {} }, ...pipeline]
  const [sort, limit] = others[0]?.$sort ? others : [undefined, others[0]]
  return { filter: match?.$match, sort: sort?.$sort, isLimited: isSet(limit?.$limit) }
}

const isSet = (limit: unknown): boolean => limit !== undefined && Number(limit) !== 0

/** True for an export or a full count: a scan in any order is what was requested. */
export const isWhole = ({ filter, sort }: Lookup): boolean =>
  Object.keys(filter).length === 0 && sort === undefined

/**
 * A lookup by its paths and operators: `status held, kind ne sort shared_at`. The status is its only value. Branches of an `$or` are
 * in brackets.
 */
export function describeLookup({ filter, sort }: Lookup): string {
  const order = Object.keys(sort ?? {})
  return [describeFilter(filter), ...(order.length > 0 ? [`sort ${order.join(', ')}`] : [])].join(' ')
}

function describeFilter(filter: BSON.Document): string {
  const parts = flatten(filter).map(([name, value]) => {
    if (Array.isArray(value) && name.startsWith('$')) return `(${value.map(describeFilter).join(' | ')})`
    const points = listPoints(value)
    if (name in COMMON && points) return `${name} ${points.join('/')}`
    if (value instanceof RegExp) return `${name} matches`
    if (!isOperators(value)) return name
    const operators = Object.entries(value).map(([operator, operand]) =>
      operator === '$exists' && operand === false ? 'missing' : operator.slice(1),
    )
    return [name, ...operators.filter((operator) => !UNNAMED.has(operator))].join(' ')
  })
  return [...new Set(parts)].join(', ')
}

/** Equalities, and the flags of an expression. */
const UNNAMED: ReadonlySet<string> = new Set(['eq', 'in', 'options'])

/**
 * What no index serves, by MongoDB's rules. A filter is served if it bounds the first key of an index whose
 * condition it includes; a sort, if the keys before it have single values. Each branch of an `$or` needs an
 * index of its own. Only a server shows the plan it prefers; this finds lookups for which it has none.
 */
export function findUnserved(
  lookup: Lookup,
  indexes: readonly DefinedIndex[],
): 'filter' | 'sort' | undefined {
  const { filter, sort, isLimited } = lookup
  const ways = listBranches(filter)
  const canFind = (index: DefinedIndex, conditions: Conditions) =>
    isUsable(index, conditions) && isBounded(index, conditions)
  const isFound = ways.some((branches) =>
    branches.every((one) => indexes.some((index) => canFind(index, one))),
  )
  if (sort === undefined || Object.keys(sort).length === 0) return isFound ? undefined : 'filter'

  const gives = (index: DefinedIndex, conditions: Conditions) => givesSort(index, sort, conditions)
  const isSorted = ways.some((branches) =>
    branches.every((one) => indexes.some((index) => canFind(index, one) && gives(index, one))),
  )
  if (isSorted) return undefined
  // A server prefers to sort what an index finds.
  if (isFound) return 'sort'
  // In the order of an index, a limited lookup ends early; an unlimited one would pass everything.
  const [common = new Map()] = ways[0] ?? []
  const isPassed = isLimited && indexes.some((index) => isUsable(index, common) && gives(index, common))
  return isPassed ? undefined : 'filter'
}

/** Conditions by path. All of them hold. */
type Conditions = ReadonlyMap<string, readonly unknown[]>

/**
 * The ways to split a filter: as a whole, and by the branches of each `$or`. In each way every branch needs an
 * index.
 */
function listBranches(filter: BSON.Document): Conditions[][] {
  const parts = flatten(filter)
  const common = parts.filter(([name]) => !name.startsWith('$'))
  const splits = parts.filter(([name]) => name === '$or').map(([, branches]) => branches as BSON.Document[])
  return [
    [collect(common)],
    ...splits.map((branches) => branches.map((branch) => collect([...common, ...flatten(branch)]))),
  ]
}

/** Without `$and`. */
const flatten = (filter: BSON.Document): [string, unknown][] =>
  Object.entries(filter).flatMap(([name, value]): [string, unknown][] =>
    name === '$and' ? (value as BSON.Document[]).flatMap(flatten) : [[name, value]],
  )

function collect(parts: readonly (readonly [string, unknown])[]): Conditions {
  const conditions = new Map<string, unknown[]>()
  for (const [path, value] of parts)
    conditions.set(path, [...(conditions.get(path) ?? []), ...splitOperators(value)])
  return conditions
}

/** Each operator of a path as a condition of its own; `$options` belong to their expression. */
function splitOperators(value: unknown): unknown[] {
  if (!isOperators(value) || '$regex' in value) return [value]
  return Object.entries(value).map(([operator, operand]) => ({ [operator]: operand }))
}

const isOperators = (value: unknown): value is BSON.Document =>
  typeof value === 'object' &&
  value !== null &&
  Object.getPrototypeOf(value) === Object.prototype &&
  Object.keys(value).some((key) => key.startsWith('$'))

/** True if the filter includes the condition of the index. */
const isUsable = ({ partial = {} }: DefinedIndex, conditions: Conditions): boolean =>
  Object.entries(partial).every(([path, wanted]) => {
    const given = conditions.get(path) ?? []
    if (isOperators(wanted) && wanted.$exists === true) return given.some((one) => isExisting(one))
    return given.some((one) => listPoints(one)?.every((point) => isSame(point, wanted)) ?? false)
  })

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/**
 * True for a condition that only an existing field meets. A list of values needs `$exists` beside it: the
 * embedded engine proves a partial index's condition only from the first hundred values, else it scans.
 */
const isExisting = (condition: unknown): boolean => {
  if (isOperators(condition) && condition.$exists === true) return true
  if (isOperators(condition) && '$in' in condition) return false
  return listPoints(condition)?.every((point) => point !== null && point !== undefined) ?? isRange(condition)
}

function isBounded({ keys, partial = {} }: DefinedIndex, conditions: Conditions): boolean {
  const [first = '', second = ''] = Object.keys(keys)
  const given = conditions.get(first) ?? []
  const isBound = (path: string) =>
    (conditions.get(path) ?? []).some((one) => listPoints(one) !== undefined || isRange(one))
  if (given.some((one) => listPoints(one)?.some((point) => COMMON[first]?.has(point)) ?? false))
    return isBound(second)
  // The condition of a partial index is its whole: a handful, or it would not be partial.
  const isPartial = first in partial && given.some(isExisting)
  return isBound(first) || (isPartial && !given.some((one) => isOperators(one) && '$in' in one))
}

/** Values of almost all documents: an index that begins with one of them passes everything. */
const COMMON: Readonly<Record<string, ReadonlySet<unknown>>> = {
  status: new Set(['done', 'failed', 'undone']),
}

/** The values of an equality; undefined for other conditions. */
function listPoints(condition: unknown): readonly unknown[] | undefined {
  if (condition instanceof RegExp) return undefined
  if (!isOperators(condition)) return [condition]
  if ('$eq' in condition) return [condition.$eq]
  return Array.isArray(condition.$in) && !condition.$in.some((one) => one instanceof RegExp)
    ? condition.$in
    : undefined
}

const RANGES: readonly string[] = ['$gt', '$gte', '$lt', '$lte']

/** A range has a start or an end: of texts, a fixed beginning. */
function isRange(condition: unknown): boolean {
  if (condition instanceof RegExp) return isAnchored(condition.source, condition.flags)
  if (!isOperators(condition)) return false
  const { $regex: pattern, $options: flags = '' } = condition
  if (pattern instanceof RegExp) return isAnchored(pattern.source, pattern.flags)
  if (typeof pattern === 'string') return isAnchored(pattern, String(flags))
  if (Array.isArray(condition.$in))
    return condition.$in.every((one) => !(one instanceof RegExp) || isRange(one))
  return RANGES.some((operator) => operator in condition)
}

const isAnchored = (source: string, flags: string): boolean =>
  /^\^(?:[\w\s@:;'"-]|\\[^a-zA-Z])/.test(source) && !flags.includes('i')

/** True if the index has documents in this order, from either end. */
function givesSort({ keys }: DefinedIndex, sort: BSON.Document, conditions: Conditions): boolean {
  const hasPoints = (path: string) =>
    (conditions.get(path) ?? []).some((one) => listPoints(one) !== undefined)
  const isSingle = (path: string) => (conditions.get(path) ?? []).some((one) => listPoints(one)?.length === 1)
  const wanted = Object.entries(sort).filter(([path]) => !isSingle(path))
  const given = Object.entries(keys).filter(([path]) => (path in sort && !isSingle(path)) || !hasPoints(path))
  const isInOrder = (turn: number) =>
    wanted.every(
      ([path, direction], at) =>
        given[at]?.[0] === path && Number(given[at]?.[1]) === Number(direction) * turn,
    )
  return isInOrder(1) || isInOrder(-1)
}
