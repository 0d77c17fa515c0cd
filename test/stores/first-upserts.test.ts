import { describe, expect, it } from 'vitest'
import { createPersonRates } from '../../src/stores/index.ts'
import { nextNumber } from '../../src/uploads/lease/index.ts'
import { requestPreview } from '../../src/uploads/worker/index.ts'
import { openTestModels } from '../support/test-models.ts'

const { models } = await openTestModels()
const ROUNDS = Array.from({ length: 60 }, (_, round) => round)
const AT_ONCE = [1, 2, 3, 4]

// DocumentDB gives one of them a duplicate key, another its refusal of `$$NOW`.
describe('first requests of a person at the same time', () => {
  it('are all counted', async () => {
    const rates = createPersonRates({ models, limits: { question: 3, preview: 3 } })
    for (const round of ROUNDS) {
      const waits = await Promise.all(AT_ONCE.map(() => rates.take(`U${round}`, 'question')))

      expect(waits.filter((wait) => wait === undefined)).toHaveLength(3)
    }
  })

  it('request one preview', async () => {
    for (const round of ROUNDS) {
      const place = { team: 'T1', channel: 'C1', user: `U${round}` }
      await Promise.all(AT_ONCE.map(() => requestPreview(models, place)))
    }

    expect(await models.previewRequests.collection.countDocuments()).toBe(ROUNDS.length)
  })

  it('get different numbers', async () => {
    for (const _ of ROUNDS) {
      await models.counters.collection.deleteMany({})
      const numbers = await Promise.all(AT_ONCE.map(() => nextNumber(models, 'file_uploads')))

      expect(numbers.sort((a, b) => a - b)).toEqual(AT_ONCE)
    }
  })
})
