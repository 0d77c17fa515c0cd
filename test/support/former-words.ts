import type { Models, SearchBlock } from '../../models/index.ts'
import { rowIdAtLine } from '../../src/uploads/rows/index.ts'
import { unpackWords } from '../../src/uploads/search-blocks/pack-blocks.ts'

/** Moves the words of cities, states and domains into the rows, where earlier versions stored them. */
export async function moveWordsToRows({ searchBlocks, uploadRows }: Models): Promise<void> {
  for await (const block of searchBlocks.collection.find<SearchBlock>({})) {
    const words = new Map<number, string[]>()
    for (const [word, lines] of unpackWords(block))
      for (const line of lines) words.set(line, [...(words.get(line) ?? []), word])
    await uploadRows.collection.bulkWrite(
      [...words].map(([line, some]) => ({
        updateOne: {
          filter: { _id: rowIdAtLine(block._id, line) },
          update: { $addToSet: { search: { $each: some } } },
        },
      })),
      { ordered: false },
    )
  }
  await searchBlocks.collection.deleteMany({})
}

/** The words of each line in the search blocks: `{ 2: [':pune'] }` of each upload, by its id as text. */
export async function readBlockWords({
  searchBlocks,
}: Models): Promise<Record<string, Record<number, string[]>>> {
  const found: Record<string, Record<number, Set<string>>> = {}
  for await (const block of searchBlocks.collection.find<SearchBlock>({})) {
    const upload = String(block.upload)
    const lines = found[upload] ?? {}
    found[upload] = lines
    for (const [word, some] of unpackWords(block))
      for (const line of some) lines[line] = (lines[line] ?? new Set()).add(word)
  }
  return Object.fromEntries(
    Object.entries(found).map(([upload, lines]) => [
      upload,
      Object.fromEntries(Object.entries(lines).map(([line, words]) => [line, [...words].sort()])),
    ]),
  )
}
