import { expect, it } from 'vitest'
import { createProgressReport } from '../../../commands/reply/index.ts'
import type { Reply } from '../../../commands/reply/reply.ts'

function play(total?: number) {
  let now = 0
  const posted: unknown[] = []
  const post = async ({ parts }: Reply) => {
    posted.push(...parts.map((part) => ('text' in part ? part.text : part)))
  }
  const report = createProgressReport(
    { post },
    { work: 'Comparing #42 with #41', unit: 'rows', total, clock: () => now },
  )
  return {
    posted,
    at: async (seconds: number, done: number) => {
      now = seconds * 1_000
      await report(done)
    },
  }
}

it('says nothing of work that ends within half a minute', async () => {
  const { at, posted } = play(1_000)
  for (const second of [0, 10, 29]) await at(second, second * 10)
  expect(posted).toEqual([])
})

it('says what is done and what is left, less and less often', async () => {
  const { at, posted } = play(10_000)
  await at(31, 310)
  await at(60, 600)
  await at(299, 2_990)
  await at(300, 3_000)
  await at(900, 9_000)
  expect(posted).toEqual([
    'Comparing #42 with #41: 310 of 10,000 rows, about 16 min 9 s left.',
    'Comparing #42 with #41: 3,000 of 10,000 rows, about 11 min 40 s left.',
    'Comparing #42 with #41: 9,000 of 10,000 rows, about 1 min 40 s left.',
  ])
})

it('reports once where several times have passed', async () => {
  const { at, posted } = play()
  await at(2_000, 7)
  await at(2_001, 8)
  await at(15 * 60 + 30 * 60, 9)
  expect(posted).toEqual(['Comparing #42 with #41: 7 rows so far.', 'Comparing #42 with #41: 9 rows so far.'])
})

it('never says that more is done than there is', async () => {
  const { at, posted } = play(10)
  await at(40, 12)
  expect(posted).toEqual(['Comparing #42 with #41: 10 of 10 rows.'])
})
