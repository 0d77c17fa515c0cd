import { describe, expect, it } from 'vitest'
import { renderPlain } from '../../../commands/plain/index.ts'
import { describeReading } from '../../../commands/reading/index.ts'
import type { FileUpload } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/index.ts'
import { mapHeader } from '../../../src/customers/mapping/index.ts'
import { sampleUpload } from '../../support/sample-upload.ts'

function readAs(
  header: string[],
  row: string[],
  { region, ...file }: Partial<FileUpload['file']> & { readonly region?: string } = {},
): string {
  const mapped = mapHeader(header, [row], {
    catalogue: DEFAULT_CATALOGUE,
    region: region ?? 'IN',
    dateOrder: 'day_first',
  })
  if (mapped.kind !== 'mapped') throw new Error('not mapped')
  const upload = sampleUpload({
    file: { name: 'list.csv', ...file, mapping: { ...mapped.mapping, ...(region && { region }) } },
  })
  return renderPlain({ visibility: 'channel', parts: describeReading(upload) })
}

describe('how a file was read, in one line', () => {
  it.each([
    [['Mobile', 'Name'], ['9000000101', 'Tara'], { encoding: 'utf-8' }, 'phone Mobile; name Name; UTF-8.'],
    [
      ['Mobile', 'Phone 2', 'First Name', 'Last Name'],
      ['9000000101', '9000000102', 'Tara', 'Das'],
      { region: 'IN' },
      'phone Mobile, then Phone 2; name First Name and Last Name; country India.',
    ],
    [
      ['Mobile', 'Country', 'Due date'],
      ['9000000101', 'India', '31/12/2026'],
      { region: 'DE', encoding: 'windows-1252' },
      'phone Mobile; no name; country Country, else Germany; dates day first; Western European (Windows), windows-1252.',
    ],
    [
      ['Mobile', 'Country', 'ISD'],
      ['4155550132', 'US', '1'],
      { region: 'IN' },
      'phone Mobile; no name; country ISD, then Country, else India.',
    ],
    [
      ['Mobile', 'Market'],
      ['612345678', 'France'],
      { region: 'IN' },
      'phone Mobile; no name; country Market, else India.',
    ],
    [
      ['Mobile', 'Name', 'Due date'],
      ['9000000101', 'Tara', '12/31/2026'],
      { sheet: { name: 'March', position: 2 } },
      'phone Mobile; name Name; dates month first; sheet March.',
    ],
  ])('says of %j and %j what matters', (header, row, file, text) => {
    expect(readAs(header, row, file)).toBe(`Read as: ${text}`)
  })

  it('names two of several names only where they make one', () => {
    expect(readAs(['Mobile', 'Name', 'Name'], ['9000000101', 'Tara', 'T'])).toContain('name Name.')
  })

  it('cuts a heading that is a whole sentence', () => {
    const heading = `Name ${'x'.repeat(90)}`
    expect(readAs(['Mobile', heading], ['9000000101', 'Tara']).length).toBeLessThan(120)
  })

  it('says nothing of a file that was not read', () => {
    expect(describeReading(sampleUpload({ file: { name: 'list.csv' } }))).toEqual([])
  })
})
