import { expect, it } from 'vitest'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/index.ts'
import { mapHeader, mapHeaderInSteps } from '../../../src/customers/mapping/index.ts'
import { runInTurns } from '../../../src/uploads/readings/run-in-turns.ts'

const HEADER = ['Mobile', 'Name', 'Country', 'Due Date', 'Notes']
const ROWS = [['07417119014', 'Kushal', 'India', '31/01/2026', 'a &amp; b']]
const OPTIONS = { catalogue: DEFAULT_CATALOGUE, region: 'IN', dateOrder: 'day_first' } as const
/** The first file of a process compiles in each of them. */
const LEAST_STEPS = 6

it('lets other tasks run before each step of understanding a header, and understands the same', async () => {
  let turns = 0
  const count = () => {
    turns += 1
    waiting = setImmediate(count)
  }
  let waiting = setImmediate(count)

  const mapped = await runInTurns(mapHeaderInSteps(HEADER, ROWS, OPTIONS))

  clearImmediate(waiting)
  expect(mapped).toEqual(mapHeader(HEADER, ROWS, OPTIONS))
  expect(mapped.kind).toBe('mapped')
  expect(turns).toBeGreaterThanOrEqual(LEAST_STEPS)
})
