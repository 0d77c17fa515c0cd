import { expect, it } from 'vitest'
import { sampleColumns } from '../../../src/uploads/columns/sample-columns.ts'

it('cuts a long cell, and never through a character of two halves', () => {
  const text = `${'y'.repeat(39)}😀😀`
  const [column] = sampleColumns({ header: ['Note'], sample: [{ line: 2, cells: [text] }] })
  expect(column?.cells).toEqual([{ line: 2, text: 'y'.repeat(39) }])
})
