import { beforeAll, expect, it } from 'vitest'
import { countUndoCustomers } from '../../../commands/receipts/index.ts'
import type { Reply } from '../../../commands/reply/index.ts'
import type { FileUpload } from '../../../models/index.ts'
import { checkUndoable, countUndo, type PossibleUndo } from '../../../src/uploads/undo/index.ts'
import { playImport, playUndo } from '../../support/play-uploads.ts'
import { openTestModels } from '../../support/test-models.ts'

const CUSTOMERS = 1_200
const NOW = new Date('2026-01-09T09:00:00Z')
const { models } = await openTestModels()
const rowsOf = (city: string, lines: number) =>
  Array.from({ length: lines }, (_, n) => ({
    line: n + 2,
    phone: `+9198200${String(n).padStart(5, '0')}`,
    values: { city },
  }))
let first: FileUpload
let small: FileUpload

beforeAll(async () => {
  first = await playImport(models, { sharedAt: new Date('2026-01-01T09:00:00Z') }, rowsOf('Pune', CUSTOMERS))
  // Later rows of every third of the first thousand.
  await playImport(
    models,
    { sharedAt: new Date('2026-01-02T09:00:00Z') },
    rowsOf('Goa', 1_000).filter((_, n) => n % 3 === 0),
  )
  small = await playImport(models, { sharedAt: new Date('2026-01-03T09:00:00Z') }, rowsOf('Agra', 20))
}, 120_000)

async function possible(upload: FileUpload): Promise<PossibleUndo> {
  const verdict = await checkUndoable(models, upload.number, { user: 'U1', admins: new Set() })
  if (verdict.kind !== 'possible') throw new Error(verdict.kind)
  return verdict
}

async function count(upload: FileUpload, isWaiting: boolean) {
  const posted: Reply[] = []
  const post = async (reply: Reply) => void posted.push(reply)
  const counts = await countUndoCustomers(
    await possible(upload),
    { now: NOW, post },
    { models },
    { isWaiting },
  )
  return {
    counts,
    posted: posted.flatMap(({ parts }) => parts.map((part) => ('text' in part ? part.text : part))),
  }
}

it('asks to wait while the customers of a long list are counted', async () => {
  const { counts, posted } = await count(first, false)

  expect(counts.rows).toBe(CUSTOMERS)
  expect(posted).toEqual([
    `Counting the customers that an undo of #${first.number} changes. The question will be posted here in a moment.`,
  ])
})

it('posts nothing where a window already shows that something is counted', async () => {
  expect((await count(first, true)).posted).toEqual([])
})

it('posts nothing about a short list', async () => {
  expect(await count(small, false)).toEqual({
    counts: { rows: 20, restored: 20, removed: 0, kept: 0 },
    posted: [],
  })
})

it('reports how many customers are counted, and counts what the undo does then', async () => {
  const seen: number[] = []
  const counts = await countUndo(models, await possible(first), NOW, async (customers) => {
    seen.push(customers)
  })

  expect(seen.length).toBeGreaterThan(2)
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  expect(seen.at(-1)).toBe(CUSTOMERS)
  expect((await playUndo(models, first.number)).undo_counts).toEqual(counts)
  expect(counts.removed).toBeGreaterThan(0)
  expect(counts.kept).toBeGreaterThan(0)
}, 120_000)
