import { describe, expect, it } from 'vitest'
import { chunkBy } from '../src/chunk-by.ts'

describe('chunkBy', () => {
  it.each([
    [[], 10, undefined, []],
    [[4, 6, 1], 10, undefined, [[4, 6], [1]]],
    [[12, 1, 12], 10, undefined, [[12], [1], [12]]],
    [[1, 1, 1], 10, 2, [[1, 1], [1]]],
  ])('splits %j at %i and %s items into %j', (sizes, maxSize, maxItems, chunks) => {
    expect(chunkBy<number>(sizes, (size) => size, maxSize, maxItems)).toEqual(chunks)
  })
})
