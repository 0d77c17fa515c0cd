import type { BSON } from 'bson'

/** Collections that grow with use: no query may scan or sort them. */
export const LARGE_COLLECTIONS: ReadonlySet<string> = new Set(['customers', 'file_uploads', 'upload_rows'])

const FORBIDDEN = new Set(['COLLSCAN', 'SORT'])

/** Intended plans, by the command's text, each with its reason. */
const ALLOWED: readonly { readonly why: string; readonly fits: (text: string) => boolean }[] = [
  {
    why: 'the history of one customer: a few rows',
    fits: (text) => /"sort":\{"shared_at":[^}]*\},"_id"/.test(text),
  },
  {
    why: 'rows of a few customers on one day',
    fits: (text) => /"sort":\{"shared_at":[^}]*\},"line"/.test(text),
  },
  {
    why: 'a person is forgotten: every upload is looked at, because an example or a problem can name them',
    fits: (text) =>
      /^\{"find":"file_uploads","filter":\{("kind":\{"\$ne":"forget"\}|"counts\.invalid":\{"\$gt":[^}]*\}+)\}/.test(
        text,
      ) || /"q":\{"switch_of\.open":false,"checkpoint\.switched\.phone":/.test(text),
  },
  {
    why: 'a switch of what a record is asks once whether values were removed',
    fits: (text) => /^\{"find":"file_uploads","filter":\{"retention":\{"\$exists":true\}\},/.test(text),
  },
  {
    why: 'a count goes through the customers, one count at a time and within a time limit',
    fits: (text) => /^\{"aggregate":"customers","pipeline":\[\{"\$match":.*\{"\$group":/.test(text),
  },
  {
    why: 'the undos of a file: a handful',
    fits: (text) => /"filter":\{"undo_of\.upload":\{"\$exists":true\}/.test(text),
  },
]

/** Why a plan with a large read or sort is allowed; undefined if it is not. `text` is the command as JSON. */
export function whyAllowed(text: string): string | undefined {
  return ALLOWED.find(({ fits }) => fits(text))?.why
}

/** An export or a full count: a scan is what was requested. */
export function isWhole(command: BSON.Document): boolean {
  const filter = command.filter ?? command.query ?? command.pipeline?.[0]?.$match ?? command.updates?.[0]?.q
  return filter === undefined || Object.keys(filter).length === 0
}

interface Index {
  readonly keys: Readonly<Record<string, unknown>>
  readonly partial?: Readonly<Record<string, unknown>> | undefined
}

/**
 * True if an index can serve a filter: the filter has a value for the index's first key and includes its
 * condition. Only a server shows the real plan; this finds filters that no plan can serve.
 */
export function isLed(filter: BSON.Document, indexes: readonly Index[]): boolean {
  const { $or: branches, ...rest } = filter
  if (Array.isArray(branches) && branches.every((branch) => isLed({ ...rest, ...branch }, indexes)))
    return true
  return [{ keys: { _id: 1 } }, ...indexes].some((index) => leads(index, rest))
}

function leads({ keys, partial = {} }: Index, filter: BSON.Document): boolean {
  const [first = ''] = Object.keys(keys)
  const isSame = (path: string) => JSON.stringify(filter[path]) === JSON.stringify(partial[path])
  const isImplied = Object.entries(partial).every(
    ([path, wanted]) => isSame(path) || (isExistence(wanted) && isValue(filter[path])),
  )
  return isImplied && (isValue(filter[first]) || (first in partial && isSame(first)))
}

const isExistence = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && '$exists' in value

function isValue(value: unknown): boolean {
  if (value === undefined || isExistence(value)) return false
  return !(typeof value === 'object' && value !== null && ('$ne' in value || '$nin' in value))
}

/** The forbidden stages of the winning plan, in every form of `explain` since 5.0. */
export function findForbidden(answer: unknown): string[] {
  return [...new Set(listStages(answer).filter((stage) => FORBIDDEN.has(stage)))]
}

/**
 * Names of stages at any depth: plans of the classic engine, of the slot-based engine, of shards, and
 * pipeline stages after a cursor. Rejected plans are not run.
 */
function listStages(answer: unknown): string[] {
  if (typeof answer !== 'object' || answer === null) return []
  return Object.entries(answer).flatMap(([key, value]) => {
    if (['rejectedPlans', 'command', 'parsedQuery', 'originatingCommand'].includes(key)) return []
    if (key === 'stage' && typeof value === 'string') return [value]
    if (key === 'stages' && Array.isArray(value)) return value.flatMap(listPipelineStage)
    return listStages(value)
  })
}

/**
 * A sort after a group sorts groups. It is not part of a cursor's plan, so it cannot be distinguished here.
 */
function listPipelineStage(stage: unknown, at: number, all: readonly unknown[]): string[] {
  const isSorting = typeof stage === 'object' && stage !== null && '$sort' in stage
  const isOfGroups = all
    .slice(0, at)
    .some((one) => typeof one === 'object' && one !== null && '$group' in one)
  return isSorting && !isOfGroups ? ['SORT', ...listStages(stage)] : listStages(stage)
}
