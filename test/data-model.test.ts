import { readdirSync, readFileSync } from 'node:fs'
import mongoose, { type IndexOptions } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { SWITCHING_INDEX } from '../models/customer.ts'
import { CUSTOMER_INDEXES, createModels } from '../models/index.ts'

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

const page = read('docs/data-model.md')
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text): [string, string] => [text.slice(0, text.indexOf('\n')), text]),
)

const { connection: _, ...byName } = createModels(mongoose.createConnection())
const models = Object.values(byName).map(({ collection, schema }) => ({
  collection: collection.collectionName,
  fields: Object.keys(schema.obj).filter((field) => field !== '_id'),
  indexes: schema.indexes(),
}))

/** As in the table: its keys, and how it differs from a plain ascending index. */
function describeIndex(collection: string, keys: object, options: IndexOptions): string {
  return [
    `${collection}: ${Object.keys(keys).join(', ')}`,
    ...(Object.values(keys).at(-1) === -1 ? ['descending'] : []),
    ...(options.unique ? ['unique'] : []),
    ...(options.partialFilterExpression ? ['partial'] : []),
    ...(options.expireAfterSeconds === undefined ? [] : ['ends documents']),
  ].join(' · ')
}

function describeRow([, collection, keys, rest = '']: readonly string[]): string {
  const marks: [string, RegExp][] = [
    ['descending', /descending/],
    ['unique', /unique/],
    ['partial', /\b(only|where|while|for)\b/],
    ['ends documents', /ends documents/],
  ]
  return [
    `${collection}: ${keys}`,
    ...marks.flatMap(([mark, statement]) => (statement.test(rest) ? [mark] : [])),
  ].join(' · ')
}

const definedIndexes = [
  ...[...Object.values(CUSTOMER_INDEXES).map(({ key }) => ({ key, unique: true })), SWITCHING_INDEX].map(
    ({ key, ...rest }) => describeIndex('customers', key, { unique: 'unique' in rest }),
  ),
  ...models.flatMap(({ collection, indexes }) =>
    indexes.map(([keys, options]) => describeIndex(collection, keys, options)),
  ),
]

describe('docs/data-model.md', () => {
  it('has a section for every collection, and for nothing else', () => {
    expect([...sections.keys()].sort()).toEqual(
      [...models.map(({ collection }) => collection), 'Indexes'].sort(),
    )
  })

  it('has every index there is in its table, and no other', () => {
    const rows = [...(sections.get('Indexes') ?? '').matchAll(/^\| (\w+) \| `([^`]+)`(.*?) \|/gm)]

    expect(rows.map(describeRow).sort()).toEqual(definedIndexes.sort())
  })

  it.each(models)('names every field of $collection in its section', ({ collection, fields }) => {
    const section = sections.get(collection) ?? ''

    expect(fields.length).toBeGreaterThan(0)
    expect(fields.filter((field) => !section.includes(`\`${field}\``))).toEqual([])
  })

  it('names whatever stands inside of a field', () => {
    const blocks = readdirSync(new URL('../models', import.meta.url))
      .filter((file) => file !== 'index.ts')
      .map((file) => read(`models/${file}`).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, ''))
      .flatMap((text) => [...text.matchAll(/^export (?:interface|type) \w+[\s\S]*?^\}?$/gm)])
    const names = blocks.flatMap(([block]) =>
      [...block.matchAll(/\b([a-z]\w*)\??: /g)].map(([, name = '']) => name),
    )

    expect(names.length).toBeGreaterThan(100)
    expect([...new Set(names)].filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).toEqual([])
  })
})
