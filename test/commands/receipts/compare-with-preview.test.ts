import { describe, expect, it } from 'vitest'
import { compareWithPreview } from '../../../commands/receipts/compare-with-preview.ts'
import type { FileUpload } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'

const COUNTS = { rows: 2, created: 0, updated: 2, unchanged: 0, duplicate: 0, invalid: 0, blank: 0 }
const example = { line: 2, from: 'Pune', to: 'Mumbai' }
const PREVIEW = { counts: COUNTS, fields: [{ field: 'city', customers: 2, examples: [example] }] }
const city = (fields: object) => [
  { path: 'city', changed: 2, added: 0, cleared: 0, examples: [example], ...fields },
]

const post = (done: object) =>
  compareWithPreview(
    { file: { name: 'day-1.csv' }, preview: PREVIEW, counts: COUNTS, ...done } as unknown as FileUpload,
    {
      catalogue: DEFAULT_CATALOGUE,
    },
  )

describe('what became of a preview', () => {
  it.each<[string, object, string[]]>([
    ['nothing else', { changed_fields: city({}) }, []],
    ['nothing that is known, of uploads before changes were kept', {}, []],
    [
      'other outcomes',
      { counts: { ...COUNTS, updated: 1, unchanged: 1 } },
      ['1 updated, not 2', '1 unchanged, not 0'],
    ],
    ['another number of customers', { changed_fields: city({ changed: 1 }) }, ['city of 1, not 2 customers']],
    [
      'another field',
      {
        changed_fields: [...city({}), { path: 'due_amount', changed: 0, added: 1, cleared: 0, examples: [] }],
      },
      ['amount due of 1, not 0 customers'],
    ],
    [
      'the same fields, over what somebody else wrote meanwhile',
      { changed_fields: city({ examples: [{ line: 2, from: 'Delhi', to: 'Mumbai' }] }) },
      ['line 2 had another city'],
    ],
  ])('is %s', (_what, done, shown) => {
    expect(post(done)).toEqual(shown)
  })

  it('is the same where a long value was cut when the import was written down', () => {
    const long = 'x'.repeat(300)
    const preview = {
      ...PREVIEW,
      fields: [{ field: 'city', customers: 2, examples: [{ ...example, from: long }] }],
    }

    expect(
      post({ preview, changed_fields: city({ examples: [{ ...example, from: long.slice(0, 200) }] }) }),
    ).toEqual([])
  })
})
