import fc from 'fast-check'
import { mongo } from 'mongoose'
import { describe, expect, it } from 'vitest'
import { lineOfRow, rowId } from '../../../src/uploads/rows/index.ts'
import { packBlocks, unpackWords } from '../../../src/uploads/search-blocks/pack-blocks.ts'

const UPLOAD = { _id: new mongo.ObjectId(), number: 7, shared_at: new Date('2026-01-01T09:00:00Z') }

describe('the blocks of a batch', () => {
  it('have each word once, with the lines that brought it', () => {
    const blocks = packBlocks(UPLOAD, 2, [
      { line: 2, words: [':pune', '@example.com'] },
      { line: 4, words: [':pune'] },
      { line: 5, words: [] },
    ])

    expect(blocks).toEqual([
      {
        _id: rowId(UPLOAD, 2),
        upload: UPLOAD._id,
        words: [':pune', '@example.com'],
        lines: [new mongo.Binary(Uint8Array.of(0, 2)), new mongo.Binary(Uint8Array.of(0))],
      },
    ])
  })

  it('are none where no row brought a word', () => {
    expect(packBlocks(UPLOAD, 2, [])).toEqual([])
    expect(packBlocks(UPLOAD, 2, [{ line: 2, words: [] }])).toEqual([])
  })

  it('have the lines of all words, however far apart', () => {
    const rows = fc
      .uniqueArray(
        fc.record({
          line: fc.oneof(fc.integer({ min: 2, max: 600 }), fc.integer({ min: 2, max: 2 ** 31 })),
          words: fc.uniqueArray(fc.constantFrom(':pune', ':goa', '@example.com'), { maxLength: 3 }),
        }),
        { selector: ({ line }) => line, minLength: 1, maxLength: 40 },
      )
      .map((some) => some.sort((a, b) => a.line - b.line))
    fc.assert(
      fc.property(rows, (some) => {
        const blocks = packBlocks(UPLOAD, some[0]?.line ?? 0, some)
        const found = blocks.flatMap((block) =>
          [...unpackWords(block)].flatMap(([word, lines]) => [...lines].map((line) => `${line} ${word}`)),
        )

        expect(found.sort()).toEqual(
          some.flatMap(({ line, words }) => words.map((word) => `${line} ${word}`)).sort(),
        )
        expect(new Set(blocks.map(({ _id }) => String(_id))).size).toBe(blocks.length)
        for (const { _id, words } of blocks) {
          expect(lineOfRow(_id)).toBeGreaterThanOrEqual(some[0]?.line ?? 0)
          expect(words.length).toBeGreaterThan(0)
        }
      }),
    )
  })
})
