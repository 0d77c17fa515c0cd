import { describe, expect, it } from 'vitest'
import { openCsv } from '../../../src/csv/open-csv.ts'
import { AppError } from '../../../src/errors.ts'
import { LIMITS, OPTIONS, toSource } from '../read-csv.ts'
import { countLooks } from './count-looks.ts'
import { WILD_FILES } from './wild-files.ts'

const SIZE = 150_000
/** Reads per character: the head for four separators; then framing, line evidence, splitting cells. */
const MAX_LOOKS = 60

async function read(text: string): Promise<void> {
  const file = await openCsv(toSource(text), {
    ...OPTIONS,
    limits: { ...LIMITS, maxRows: 10_000_000 },
  }).catch(ignoreRefusal)
  if (!file) return
  for await (const batch of file.batches()) expect(batch.length).toBeGreaterThan(0)
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof AppError)) throw error
}

describe('the work of reading', () => {
  it.each(Object.entries(WILD_FILES))('grows with the characters and no faster: %s', async (_, make) => {
    const small = make(SIZE)
    const large = make(2 * SIZE)
    const perCharacter = (await countLooks(() => read(small))) / small.length
    const perCharacterOfLarge = (await countLooks(() => read(large))) / large.length
    expect(perCharacterOfLarge).toBeLessThan(MAX_LOOKS)
    expect(perCharacterOfLarge / perCharacter).toBeLessThan(1.3)
  })
})
