import { mongo } from 'mongoose'
import type { SearchBlock } from '../../../models/index.ts'
import { lineOfRow, rowId, type UploadKey } from '../rows/index.ts'

/** A row's line and its words. */
export interface LineWords {
  readonly line: number
  readonly words: readonly string[]
}

/** Lines of a block: a distance is one byte. A batch of rows without line breaks in cells fits in one. */
export const BLOCK_LINES = 256

/** The lines of each word. */
export type WordLines = Map<string, Set<number>>

/**
 * The blocks of a batch's rows. Equal batches give equal blocks.
 * @param first the line of the batch's first row
 * @param rows in file order, each with every word once
 */
export function packBlocks(upload: UploadKey, first: number, rows: readonly LineWords[]): SearchBlock[] {
  const blocks = new Map<number, Map<string, number[]>>()
  for (const { line, words } of rows) {
    if (words.length === 0) continue
    const distance = (line - first) % BLOCK_LINES
    const block = blocks.get(line - distance) ?? new Map<string, number[]>()
    blocks.set(line - distance, block)
    for (const word of words) {
      const distances = block.get(word)
      if (distances) distances.push(distance)
      else block.set(word, [distance])
    }
  }
  return [...blocks].map(([start, words]) => ({
    _id: rowId(upload, start),
    upload: upload._id,
    words: [...words.keys()],
    lines: [...words.values()].map((distances) => new mongo.Binary(Uint8Array.from(distances))),
  }))
}

export function addLine(words: WordLines, word: string, line: number): void {
  const lines = words.get(word)
  if (lines) lines.add(line)
  else words.set(word, new Set([line]))
}

/** @param start the block's first line */
export function packWords(start: number, words: WordLines): Pick<SearchBlock, 'words' | 'lines'> {
  return {
    words: [...words.keys()],
    lines: [...words.values()].map(
      (lines) =>
        new mongo.Binary(
          Uint8Array.from(
            [...lines].sort((a, b) => a - b),
            (line) => line - start,
          ),
        ),
    ),
  }
}

/** The lines of each word of a stored block. */
export function unpackWords({ _id, words, lines }: SearchBlock): WordLines {
  const start = lineOfRow(_id)
  return new Map(
    words.map((word, at) => {
      const packed = lines[at]
      const bytes = packed ? packed.buffer.subarray(0, packed.position) : []
      return [word, new Set(Array.from(bytes, (distance) => start + distance))]
    }),
  )
}
