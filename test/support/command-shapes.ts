import { writeFile } from 'node:fs/promises'
import { BSON } from 'bson'

/** What distinguishes query plans: names and operators, not values. */
export interface CommandShape {
  readonly collection: string
  /** In the form of `explain`. */
  readonly command: BSON.Document
}

const READS = ['find', 'aggregate', 'count', 'distinct', 'findAndModify']
/** Fields that do not affect how documents are found. */
const CONVERSATION = /^(lsid|txnNumber|writeConcern|readConcern|\$.*|maxTimeMS|batchSize|cursor|let|comment)$/

/** Keeps one command of each shape. */
export function createShapeRecorder() {
  const shapes = new Map<string, CommandShape>()

  function add(collection: unknown, command: BSON.Document): void {
    if (typeof collection !== 'string') return
    const asked = Object.fromEntries(Object.entries(command).filter(([name]) => !CONVERSATION.test(name)))
    const key = JSON.stringify(withoutValues(BSON.EJSON.serialize(asked)))
    if (!shapes.has(key)) shapes.set(key, { collection, command: asked })
  }

  return {
    record(command: BSON.Document): void {
      const name = Object.keys(command)[0] ?? ''
      if (READS.includes(name)) add(command[name], command)
      for (const [list, kind] of [
        ['updates', 'update'],
        ['deletes', 'delete'],
      ] as const)
        for (const one of command[kind] === undefined ? [] : (command[list] ?? []))
          add(command[kind], { [kind]: command[kind], [list]: [one] })
    },
    async write(path: string): Promise<void> {
      await writeFile(path, BSON.EJSON.stringify([...shapes.values()], { relaxed: false }))
    },
  }
}

/** A list of values counts as one value: its length does not change the plan. */
function withoutValues(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((one) => JSON.stringify(withoutValues(one))))]
  if (typeof value !== 'object' || value === null) return typeof value
  const entries = Object.entries(value)
  const [first] = entries
  if (entries.length === 1 && first && /^\$(oid|date|number\w+|binary|uuid)$/.test(first[0])) return first[0]
  return Object.fromEntries(entries.map(([key, inner]) => [key, withoutValues(inner)]))
}
