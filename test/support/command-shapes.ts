import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BSON } from 'bson'
import { listDefinedIndexes } from './defined-indexes.ts'

/** What distinguishes query plans: names and operators, not values. */
export interface CommandShape {
  readonly collection: string
  /** In the form of `explain`. */
  readonly command: BSON.Document
  /** The function that sent it first. */
  readonly origin: string
}

const READS = ['find', 'aggregate', 'count', 'distinct', 'findAndModify']
/** Fields that do not affect how documents are found. */
const CONVERSATION = /^(lsid|txnNumber|writeConcern|readConcern|\$.*|batchSize|cursor|comment)$/
/** Parts of a command that affect its plan. */
const PLANNED = ['filter', 'query', 'key', 'q', 'sort', 'hint', 'collation', 'upsert', 'multi'] as const
const PLANNED_STAGES: ReadonlySet<string> = new Set(['$match', '$sort', '$limit', '$skip'])

/** Keeps one command of each shape. */
export function createShapeRecorder() {
  const shapes = new Map<string, CommandShape>()

  function add(name: string, command: BSON.Document, planned: BSON.Document, origin: string): void {
    const collection: unknown = command[name]
    if (typeof collection !== 'string') return
    const key = `${name} ${collection} ${describeShape(planned, literalsOf(collection))}`
    if (shapes.has(key)) return
    const asked = Object.fromEntries(Object.entries(command).filter(([part]) => !CONVERSATION.test(part)))
    shapes.set(key, { collection, command: BSON.deserialize(BSON.serialize(asked), COPIES), origin })
  }

  return {
    /** @param origin the function that sent it, if known */
    record(command: BSON.Document, origin = 'a program'): void {
      const name = Object.keys(command)[0] ?? ''
      if (READS.includes(name)) add(name, command, plannedParts(command), origin)
      for (const [list, kind] of STATEMENTS)
        for (const one of command[kind] === undefined ? [] : (command[list] ?? []))
          add(kind, { [kind]: command[kind], [list]: [one] }, plannedParts(one), origin)
    },
    list: (): CommandShape[] => [...shapes.values()],
    async write(path: string): Promise<void> {
      await writeFile(path, formatShapes([...shapes.values()]))
    },
  }
}

const STATEMENTS = [
  ['updates', 'update'],
  ['deletes', 'delete'],
] as const
/** Numbers keep their type. */
const COPIES = { promoteLongs: false, promoteValues: true } as const

export const formatShapes = (shapes: readonly CommandShape[]): string =>
  BSON.EJSON.stringify(shapes, { relaxed: false })

/** The shapes of recordings: files, or folders of them. Each shape is one, however many processes sent it. */
export async function readShapes(paths: readonly string[]): Promise<CommandShape[]> {
  const recorder = createShapeRecorder()
  for (const path of paths) {
    const isFolder = (await stat(path)).isDirectory()
    for (const file of isFolder ? (await readdir(path)).map((name) => join(path, name)) : [path])
      for (const { command, origin } of parseShapes(await readFile(file, 'utf8')))
        recorder.record(command, origin)
  }
  return recorder.list()
}

const parseShapes = (text: string): CommandShape[] =>
  BSON.EJSON.parse(text, { relaxed: false }) as CommandShape[]

function plannedParts(command: BSON.Document): BSON.Document {
  const stages: readonly BSON.Document[] = command.pipeline ?? []
  return {
    ...Object.fromEntries(PLANNED.flatMap((part) => (part in command ? [[part, command[part]]] : []))),
    ...(Number(command.limit ?? 0) !== 0 && { isLimited: true }),
    ...(command.maxTimeMS !== undefined && { isTimed: true }),
    stages: stages.map((stage) => {
      const [name = ''] = Object.keys(stage)
      return PLANNED_STAGES.has(name) ? stage : name
    }),
  }
}

/**
 * Values that decide about an index, as `path=value`: those of a partial index, and a status, because almost all
 * uploads have some of them.
 */
function literalsOf(collection: string): ReadonlySet<string> {
  return (literals.get(collection) ?? literals.set(collection, findLiterals(collection)).get(collection)) as
    // The line above has set it.
    ReadonlySet<string>
}
const literals = new Map<string, ReadonlySet<string>>()

function findLiterals(collection: string): ReadonlySet<string> {
  const conditions = (listDefinedIndexes().get(collection) ?? []).flatMap(({ partial }) =>
    Object.entries(partial ?? {}),
  )
  return new Set(conditions.map(([path, value]) => `${path}=${JSON.stringify(value)}`))
}

/** The text of a condition without its values, except for `kept` ones. */
function describeShape(value: unknown, kept: ReadonlySet<string>, path = ''): string {
  // A list of values counts as one value: its length does not change the plan.
  if (Array.isArray(value))
    return `[${[...new Set(value.map((one) => describeShape(one, kept, path)))].join()}]`
  if (!isPlain(value)) {
    const literal = `${path}=${JSON.stringify(value)}`
    return kept.has(literal) || path === 'status' ? literal : typeName(value)
  }
  const parts = Object.entries(value).map(([name, inner]) => {
    const below = name.startsWith('$') || CONTAINERS.has(name) ? path : path ? `${path}.${name}` : name
    return `${name}:${describeShape(inner, kept, below)}`
  })
  return `{${parts.join()}}`
}

const CONTAINERS: ReadonlySet<string> = new Set(PLANNED)

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Dates and ids are values, too. */
function typeName(value: unknown): string {
  if (value === null) return 'null'
  return typeof value === 'object' ? value.constructor.name : typeof value
}
