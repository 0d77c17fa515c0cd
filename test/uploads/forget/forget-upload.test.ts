import { describe, expect, it } from 'vitest'
import type { FileUpload, ImportUpload, ReadingQuestion } from '../../../models/index.ts'
import { scrubUpload } from '../../../src/uploads/forget/forget-upload.ts'
import type { Person } from '../../../src/uploads/forget/read-person.ts'
import { countsOf, sampleUpload } from '../../support/sample-upload.ts'

const candidate = (index: number, header: string, examples: string[]) => ({
  index,
  header,
  examples,
  reading: { phones: [index], regions: [], region: 'IN' },
  known: 1,
})

describe('a question which of two readings is right', () => {
  it('loses the line of a person in both readings, and those of others stay beside their lines', () => {
    const question: ReadingQuestion = {
      kind: 'reading',
      candidates: [
        candidate(0, 'Alternate Number', ['+919822233344', '+919822233345']),
        candidate(1, 'Contact Number', ['+919812345678', '+919845567890']),
      ],
      lines: [2, 3],
      rows: 2,
      before: 1,
    }
    const person: Person = {
      phone: '+919812345678',
      customers: 1,
      ids: new Set(),
      lines: new Map(),
      nameWords: new Set(),
      names: (text) => text.includes('9812345678'),
      isIn: () => false,
      had: () => false,
      hadAnywhere: () => false,
    }

    const set = scrubUpload(sampleUpload({ status: 'held', question }), person)

    expect(set?.['question.candidates']).toMatchObject([
      { examples: ['', '+919822233345'] },
      { examples: ['', '+919845567890'] },
    ])
  })
})

/** A person with this phone and these names. */
const GITA: Person = {
  phone: '+919811122233',
  customers: 1,
  ids: new Set(),
  lines: new Map(),
  nameWords: new Set(),
  names: (text) => text.replaceAll(/\D/g, '').includes('9811122233'),
  isIn: () => false,
  had: () => false,
  hadAnywhere: (text) => text === '9811122233',
}
const NAMED = 'Gita 98111 22233'

/** The document after the planned writes. */
function written(upload: FileUpload): FileUpload {
  const result = structuredClone({ ...upload, _id: String(upload._id) }) as unknown as FileUpload
  for (const [path, value] of Object.entries(scrubUpload(upload, GITA) ?? {})) {
    const keys = path.split('.')
    const last = keys.pop() ?? ''
    let at = result as unknown as Record<string, Record<string, unknown>>
    for (const key of keys) at = at[key] as never
    if (value === undefined) Reflect.deleteProperty(at, last)
    else Reflect.set(at, last, value)
  }
  return result
}

describe('words of a file that name a person', () => {
  const counts = countsOf({ invalid: 1 })
  const at = new Date('2026-01-15')
  it.each<[string, Partial<ImportUpload>]>([
    ['the name of its sheet', { file: { name: 'x.xlsx', sheet: { name: NAMED, position: 1 } } }],
    [
      'names of other sheets',
      { file: { name: 'x.xlsx', sheet: { name: 'A', position: 1, left_out: [NAMED] } } },
    ],
    [
      'the heading of a chosen column',
      { file: { name: 'x.csv', phone_column: { header: NAMED, index: 0, by: 'U1', at } } },
    ],
    [
      'columns that nothing tells apart',
      {
        status: 'held',
        question: {
          kind: 'phone_column',
          candidates: [],
          is_headerless: false,
          is_phoneless: false,
          equal: [`"${NAMED}"`],
        },
      },
    ],
    [
      'a problem of a preview',
      {
        status: 'held',
        preview: {
          counts,
          fields: [],
          problems: [
            { line: 2, problem: { code: 'phone_of_several', column: null, message: `Of ${NAMED}.` } },
            { line: 3, problem: { code: 'phone_invalid', column: NAMED, message: `"${NAMED}" is no.` } },
          ],
          at,
        },
      },
    ],
    [
      'sentences of a preview',
      { preview: { counts, fields: [], problems: [], dummies: [`${NAMED} is in the file.`], at } },
    ],
    [
      'what was said on the command line',
      {
        source: { kind: 'cli', host: 'h', path: '/x', user: 'root', sheet: NAMED, phone_column: NAMED },
      },
    ],
    ['notes', { notes: [`Sheet "${NAMED}" was left out.`, 'Another note.'] }],
  ])('are replaced in %s, and the rest stays', (_, fields) => {
    const upload = sampleUpload(fields)

    const after = written(upload)

    expect(JSON.stringify(upload)).toContain('22233')
    expect(JSON.stringify(after)).not.toContain('22233')
    expect(after).toMatchObject({ number: upload.number, status: upload.status })
    // A second pass has nothing to write.
    expect(scrubUpload(after, GITA)).toBeUndefined()
  })

  it('stay where a file of a command line still waits: it is found by its path', () => {
    const source = { kind: 'cli' as const, host: 'h', path: `/${NAMED}`, user: 'root' }
    const { finished_at: _, ...waiting } = sampleUpload({ source, status: 'queued' })

    expect(scrubUpload(waiting, GITA)).toBeUndefined()
  })
})
