import { describe, expect, it } from 'vitest'
import { findForbidden, isLed, isWhole, whyAllowed } from '../support/query-plans.ts'

/** Answers of `explain` in the forms of MongoDB 5.0 to 8.0. */
const classic = (winningPlan: object) => ({
  queryPlanner: { winningPlan, rejectedPlans: [{ stage: 'COLLSCAN' }] },
})
const scan = { stage: 'COLLSCAN', direction: 'forward' }
const byIndex = { stage: 'FETCH', inputStage: { stage: 'IXSCAN', indexName: 'queue' } }

describe('the plan of a command', () => {
  it.each<[string, object, string[]]>([
    ['goes by an index', classic(byIndex), []],
    ['goes by _id', classic({ stage: 'IDHACK' }), []],
    ['goes through all', classic(scan), ['COLLSCAN']],
    ['goes through all to change something', classic({ stage: 'UPDATE', inputStage: scan }), ['COLLSCAN']],
    ['sorts what an index found', classic({ stage: 'SORT', type: 'simple', inputStage: byIndex }), ['SORT']],
    [
      'is of the slot-based engine',
      classic({ queryPlan: scan, slotBasedPlan: { stages: '[1] scan' } }),
      ['COLLSCAN'],
    ],
    [
      'is of several shards',
      classic({ stage: 'SHARD_MERGE', shards: [{ winningPlan: byIndex }, { winningPlan: scan }] }),
      ['COLLSCAN'],
    ],
    [
      'is of the branches of an $or',
      classic({ stage: 'SUBPLAN', inputStage: { stage: 'OR', inputStages: [byIndex, scan] } }),
      ['COLLSCAN'],
    ],
    [
      'is of a pipeline that sorts documents',
      { stages: [{ $cursor: classic(byIndex) }, { $sort: { sortKey: { shared_at: 1 } } }] },
      ['SORT'],
    ],
    [
      'is of a pipeline that sorts groups',
      { stages: [{ $cursor: classic(byIndex) }, { $group: {} }, { $sort: { sortKey: { n: 1 } } }] },
      [],
    ],
    ['names a stage in what was asked only', { command: { stage: 'COLLSCAN' }, ...classic(byIndex) }, []],
  ])('%s', (_, answer, found) => {
    expect(findForbidden(answer)).toEqual(found)
  })

  it('is not asked for where everything was wanted', () => {
    expect(isWhole({ find: 'customers', filter: {} })).toBe(true)
    expect(isWhole({ aggregate: 'customers', pipeline: [{ $group: {} }] })).toBe(true)
    expect(isWhole({ find: 'customers', filter: { city: 'Pune' } })).toBe(false)
  })

  it('is excused by what the command says, and by nothing else', () => {
    expect(whyAllowed('{"find":"file_uploads","filter":{"kind":{"$ne":"forget"}}}')).toContain('forgotten')
    expect(whyAllowed('{"find":"file_uploads","filter":{"kind":{"$ne":"undo"}}}')).toBeUndefined()
    expect(whyAllowed('{"find":"customers","filter":{"city":"Pune"}}')).toBeUndefined()
  })
})

describe('a filter', () => {
  const indexes = [
    { keys: { status: 1, shared_at: 1 } },
    { keys: { 'undo_of.upload': 1 }, partial: { 'undo_of.upload': { $exists: true } } },
    { keys: { 'lease.lane': 1 }, partial: { status: 'running' } },
  ]
  it.each<[object, boolean]>([
    [{ _id: 1 }, true],
    [{ status: { $in: ['queued'] } }, true],
    [{ status: { $ne: 'queued' } }, false],
    [{ shared_at: { $gt: 1 } }, false],
    [{ 'undo_of.upload': { $exists: true } }, true],
    [{ 'undo_of.upload': { $exists: false } }, false],
    [{ 'lease.lane': 'customers' }, false],
    [{ 'lease.lane': 'customers', status: 'running' }, true],
    [{ $or: [{ _id: 1 }, { status: 'done' }] }, true],
    [{ $or: [{ _id: 1 }, { kind: 'undo' }] }, false],
  ])('%j is led by an index: %s', (filter, expected) => {
    expect(isLed(filter, indexes)).toBe(expected)
  })
})
