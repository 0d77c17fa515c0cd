import { describe, expect, it } from 'vitest'
import { findComplaints, findForbidden, whyExcused } from '../support/query-plans.ts'

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
})

describe('a command', () => {
  it.each<[string, object, object[]]>([
    ['customers', { find: 'customers', filter: { primary_phone: 'x' } }, []],
    ['customers', { find: 'customers', filter: { city: 'Pune' } }, [{ missing: 'filter', lookup: 'city' }]],
    ['upload_rows', { find: 'upload_rows', filter: { phone: 'x' }, sort: { shared_at: -1 } }, []],
    [
      'file_uploads',
      { update: 'file_uploads', updates: [{ q: { number: 1 } }, { q: { attempts: 3 } }] },
      [{ missing: 'filter', lookup: 'attempts' }],
    ],
    // An export, and a pass that is meant.
    ['customers', { find: 'customers', filter: {} }, []],
    ['customers', { aggregate: 'customers', pipeline: [{ $group: {} }] }, []],
    ['file_uploads', { find: 'file_uploads', filter: { kind: { $ne: 'forget' } } }, []],
    [
      'file_uploads',
      { find: 'file_uploads', filter: { attempts: { $ne: 0 } } },
      [{ missing: 'filter', lookup: 'attempts ne' }],
    ],
    ['errands', { find: 'errands', filter: { city: 'Pune' } }, []],
  ])('about %s with no index is complained about, unless it is meant: %j', (collection, command, found) => {
    expect(findComplaints(collection, command)).toEqual(found)
  })

  const held = { find: 'file_uploads', filter: { status: 'held' }, sort: { number: 1 } }
  const others = { find: 'file_uploads', filter: { kind: { $ne: 'forget' } } }
  const done = { find: 'file_uploads', filter: { status: 'done' }, sort: { number: 1 } }
  const counted = { aggregate: 'customers', pipeline: [{ $match: { city: 'Pune' } }, { $group: {} }] }

  it.each<[object, string, boolean]>([
    [held, 'SORT', true],
    [held, 'COLLSCAN', false],
    [others, 'COLLSCAN', true],
    [done, 'SORT', false],
    [{ ...counted, maxTimeMS: 5_000 }, 'COLLSCAN', true],
    [counted, 'COLLSCAN', false],
  ])('%j is excused for a %s by its reason alone: %s', (command, stage, expected) => {
    const [collection] = Object.values(command)
    expect(whyExcused([stage], collection, command) !== undefined).toBe(expected)
  })
})
