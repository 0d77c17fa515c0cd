import { describe, expect, it } from 'vitest'
import { renderPlain } from '../../../commands/plain/render-plain.ts'
import { describeReceipt } from '../../../commands/receipts/receipt-reply.ts'
import type { FileUpload, UploadRow } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import { ROW_PROBLEMS } from '../../../src/row-problems.ts'

const COUNTS = { rows: 9, created: 3, updated: 0, unchanged: 0, duplicate: 0, invalid: 6, blank: 0 }

function receipt(fields: object, problems: readonly object[] = []): string {
  const upload = {
    kind: 'import',
    number: 7,
    status: 'done',
    source: { kind: 'slack', user: 'U1' },
    file: { name: 'day-1.csv' },
    counts: COUNTS,
    ...fields,
  } as unknown as FileUpload
  return renderPlain(describeReceipt(upload, problems as UploadRow[], DEFAULT_CATALOGUE), {
    timeZone: 'UTC',
    nameOf: () => 'asha',
  })
}

const short = { code: 'phone_invalid', column: 'Phone', message: 'The cell under "Phone" is too short.' }
const masked = { code: 'phone_masked', column: 'Phone', message: 'The cell under "Phone" hides digits.' }

describe('a receipt', () => {
  it('says it all in its first line, then the numbers, then what needs a person', () => {
    const [first, second, ...rest] = receipt({ counts: { ...COUNTS, rows: 11, updated: 2 } }, [
      { line: 2, problem: short },
    ]).split('\n')

    expect(first).toMatch(/^#7 day-1\.csv: 5 of 11 .*: 3 .*, 2 .*, 6 /)
    expect(second).toMatch(/^ {2}Rows +11$/)
    expect(rest.find((line) => !line.startsWith(' '))).toMatch(/^To correct: 6 rows /)
  })

  it('names rows with the same trouble together, the column once, and counts the rest', () => {
    const text = receipt({}, [
      { line: 2, problem: short },
      { line: 4, problem: masked },
      { line: 5, problem: short },
      { line: 9, problem: short },
    ])

    expect(text.split('\n').filter((line) => line.startsWith('•'))).toEqual([
      `• Lines 2, 5 and 9: the cell under "Phone" is too short. ${ROW_PROBLEMS.phone_invalid}`,
      `• Line 4: the cell under "Phone" hides digits. ${ROW_PROBLEMS.phone_masked}`,
      expect.stringMatching(/^• … and 2 more rows/),
    ])
  })

  it('says who chose the phone column, when and for which upload', () => {
    const phone_column = { header: 'K1', index: 0, by: 'U1', at: new Date('2026-03-02T10:00:00Z'), upload: 3 }

    expect(receipt({ file: { name: 'day-1.csv', phone_column } })).toMatch(
      /^.*K1.* @asha .*#3.*2 Mar 2026.*\/uploads mapping/m,
    )
  })

  it('keeps a single choice small, lists more of them, and ends the list', () => {
    const notes = Array.from({ length: 30 }, (_, at) => `Choice ${at + 1}.`)

    expect(receipt({ notes: ['Only one.'] })).toMatch(/^Only one\.$/m)
    const listed = receipt({ notes, counts: { ...COUNTS, rows: 3, invalid: 0 } })
      .split('\n')
      .filter((line) => line.startsWith('• '))
    expect(listed.slice(0, -1)).toEqual(notes.slice(0, 6).map((note) => `• ${note}`))
    expect(listed.at(-1)).toMatch(/^• … and 24 more/)
  })

  it('says why the rows to correct could not be attached', () => {
    expect(receipt({ failed_rows: { refused: 'missing_scope' } })).toContain('(missing_scope)')
  })
})
