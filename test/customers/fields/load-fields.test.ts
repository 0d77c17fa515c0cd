import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { replaceFieldTable } from '../../../src/customers/fields/describe-fields.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { loadFields } from '../../../src/customers/fields/load-fields.ts'
import { normaliseHeader } from '../../../src/customers/fields/normalise-header.ts'
import { parseFields } from '../../../src/customers/fields/parse-fields.ts'
import { AppError } from '../../../src/errors.ts'

function match(catalogue: typeof DEFAULT_CATALOGUE, header: string): string | undefined {
  return catalogue.match(normaliseHeader(header).words)?.field.name
}

function problemsOf(text: string): string {
  try {
    parseFields(text, 'fields.yml')
  } catch (error) {
    if (error instanceof AppError && error.code === 'fields_invalid') return error.message
    throw error
  }
  return 'none'
}

describe('parseFields', () => {
  it('adds fields and synonyms to the default ones', () => {
    const catalogue = parseFields(
      'fields:\n  - {name: branch, type: text, synonyms: [Sol ID]}\n  - {name: loan_id, synonyms: [Deal Number]}',
      'x',
    )
    expect(match(catalogue, 'SOL_ID')).toBe('branch')
    expect(match(catalogue, 'Deal No.')).toBe('loan_id')
    expect(match(catalogue, 'Loan Account Number')).toBe('loan_id')
    expect(catalogue.field('loan_id')).toMatchObject({ type: 'text', label: 'Loan ID' })
    expect(catalogue.field('branch')).toMatchObject({ label: 'Branch' })
  })

  it("lets a team's synonym win over a default one", () => {
    const catalogue = parseFields(
      'fields: [{name: bank_account, type: text, synonyms: [Account Number]}]',
      'x',
    )
    expect(match(catalogue, 'Account No.')).toBe('bank_account')
  })

  it('replaces all but the phones', () => {
    const catalogue = parseFields(
      'mode: replace\nfields: [{name: full_name, type: text, synonyms: [Who]}]',
      'x',
    )
    expect(catalogue.fields.map(({ name }) => name)).toEqual([
      'primary_phone',
      'other_phones',
      'phone_code',
      'full_name',
    ])
    expect(match(catalogue, 'Email')).toBeUndefined()
  })

  it.each([
    ['', 'the file should hold mode and fields'],
    ['fields: []', 'fields are empty'],
    ['fields: 1', 'fields are no list'],
    ['mode: add\nfields: [{name: a, type: text}]', 'mode is neither extend nor replace'],
    ['field: []\nfields: [{name: a, type: text}]', 'the file has the unknown field'],
    ['fields: [{type: text}]', 'field 1 needs a name'],
    ['fields: [{name: Shirt Size, type: text}]', 'field 1 has a name that is not lower snake case'],
    ['fields: [{name: $where, type: text}]', 'field 1 has a name that is not lower snake case'],
    [
      'fields: [{name: upload_count, type: text}]',
      'field 1 has a name that means something else in a customer',
    ],
    ['fields: [{name: attributes, type: text}]', 'field 1 has a name that means something else'],
    ['fields: [{name: constructor, type: text}]', 'field 1 has a name that means something else'],
    [
      'fields: [{name: a, type: string}]',
      'field a has no type of: text, phone, email, number, money, date, yes_no',
    ],
    ['fields: [{name: a}]', 'field a needs a type'],
    ['fields: [{name: a, type: text, label: ""}]', 'field a has an empty label'],
    ['fields: [{name: a, type: text, synonyms: size}]', 'field a has synonyms that are no list'],
    [
      'fields: [{name: a, type: text, synonyms: [1]}]',
      'field a has a synonym that is no text; put it in quotes',
    ],
    ['fields: [{name: a, type: text, sinonyms: [x]}]', 'field a has the unknown sinonyms'],
    ['fields: [{name: a, type: text}, {name: a, type: text}]', 'field a is there twice'],
    [
      'fields: [{name: a, type: text, synonyms: [Size]}, {name: b, type: text, synonyms: [SIZE.]}]',
      '"SIZE." is a synonym of both a and b',
    ],
    ['fields: [{name: a, type: text, synonyms: ["..."]}]', 'field a has a synonym without letters'],
    ['fields: [{name: primary_phone, type: text}]', 'field primary_phone must be of type phone'],
    ['fields: [', 'fields.yml'],
  ])('says what is wrong with %j', (text, words) => {
    expect(problemsOf(text)).toContain(words)
  })

  it('names everything that is wrong at once', () => {
    const message = problemsOf('fields: [{name: A, type: text}, {name: b, type: x}]')
    expect(message).toContain('field 1')
    expect(message).toContain('field b')
  })
})

describe('loadFields', () => {
  it('gives the default catalogue where no file is named', async () => {
    expect(await loadFields(undefined)).toBe(DEFAULT_CATALOGUE)
  })

  it('reads the example', async () => {
    const catalogue = await loadFields('examples/fields.yml')
    expect(catalogue.field('guarantor_phone')).toMatchObject({ type: 'phone', label: "Guarantor's phone" })
  })

  it('says that a file cannot be read', async () => {
    await expect(loadFields('/nowhere/fields.yml')).rejects.toMatchObject({
      code: 'path_unreadable',
      details: { reason: 'ENOENT' },
    })
  })

  it('names the file that is wrong', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'fields-'))
    try {
      const path = join(folder, 'fields.yml')
      await writeFile(path, 'fields: []')
      await expect(loadFields(path)).rejects.toMatchObject({ code: 'fields_invalid', details: { path } })
    } finally {
      await rm(folder, { recursive: true, maxRetries: 20 })
    }
  })
})

describe('docs/csv-format.md', () => {
  it('holds the table of the catalogue as it is (else: npm run docs:fields)', async () => {
    const page = await readFile('docs/csv-format.md', 'utf8')
    expect(replaceFieldTable(page, DEFAULT_CATALOGUE) === page).toBe(true)
  })

  it('is not touched where it has lost its markers', () => {
    expect(replaceFieldTable('no table here', DEFAULT_CATALOGUE)).toBeNull()
  })
})
