import { describe, expect, it } from 'vitest'
import type { ReadingQuestion } from '../../../models/index.ts'
import type { Person } from '../../../src/uploads/forget/forget-person.ts'
import { scrubUpload } from '../../../src/uploads/forget/forget-upload.ts'
import { sampleUpload } from '../../support/sample-upload.ts'

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
