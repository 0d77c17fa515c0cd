import { describe, expect, it } from 'vitest'
import { describeLookup, findUnserved, listLookups } from '../support/served-by-index.ts'

const indexes = [
  { keys: { _id: 1 } },
  { keys: { status: 1, shared_at: 1, number: 1 } },
  { keys: { shared_at: -1, number: -1 } },
  { keys: { user: 1, shared_at: -1, number: -1 } },
  { keys: { 'undo_of.upload': 1 }, partial: { 'undo_of.upload': { $exists: true } } },
  { keys: { 'lease.lane': 1 }, partial: { status: 'running' } },
  { keys: { search: 1 }, partial: { search: { $exists: true } } },
]
type Missing = 'filter' | 'sort' | undefined
const missing = (filter: object, sort?: object, isLimited = false) =>
  findUnserved({ filter, sort, isLimited }, indexes)

describe('a filter', () => {
  it.each<[object, Missing]>([
    [{ _id: 1 }, undefined],
    [{ status: { $in: ['queued'] } }, undefined],
    [{ $and: [{ kind: 'x' }, { status: 'queued' }] }, undefined],
    [{ shared_at: { $gt: 1, $lt: 9 } }, undefined],
    [{ status: { $ne: 'queued' } }, 'filter'],
    [{ status: { $nin: ['queued'] } }, 'filter'],
    [{ number: 4 }, 'filter'],
    [{ $expr: { $lt: ['$shared_at', '$$NOW'] } }, 'filter'],
  ])('%j needs an index for one of its paths: %s', (filter, expected) => {
    expect(missing(filter)).toBe(expected)
  })

  it.each<[object, Missing]>([
    [{ 'undo_of.upload': { $exists: true } }, undefined],
    [{ 'undo_of.upload': 4 }, undefined],
    [{ 'undo_of.upload': null }, 'filter'],
    [{ 'undo_of.upload': { $in: [4, null] } }, 'filter'],
    [{ 'undo_of.upload': { $in: [4, 5] } }, 'filter'],
    [{ 'undo_of.upload': { $in: [4, 5], $exists: true } }, undefined],
    [{ 'undo_of.upload': { $exists: false } }, 'filter'],
    [{ 'lease.lane': 'customers' }, 'filter'],
    [{ 'lease.lane': 'customers', status: 'done' }, 'filter'],
    [{ 'lease.lane': 'customers', status: 'running' }, undefined],
  ])('%j includes the condition of a partial index: %s', (filter, expected) => {
    expect(missing(filter)).toBe(expected)
  })

  it.each<[object, Missing]>([
    [{ $or: [{ _id: 1 }, { status: 'queued' }] }, undefined],
    [{ $or: [{ _id: 1 }, { kind: 'undo' }] }, 'filter'],
    [{ status: 'queued', $or: [{ kind: 'undo' }, { kind: 'import' }] }, undefined],
    [{ $and: [{ $or: [{ kind: 'undo' }] }, { $or: [{ _id: 1 }, { search: 'x' }] }] }, undefined],
  ])('%j needs an index for each branch: %s', (filter, expected) => {
    expect(missing(filter)).toBe(expected)
  })

  it.each<[RegExp | object, Missing]>([
    [/^ku/, undefined],
    [/^:pune/, undefined],
    [{ $regex: '^ku' }, undefined],
    [{ $in: [/^ku/, 'lata'], $exists: true }, undefined],
    [{ $in: [/^ku/, 'lata'] }, 'filter'],
    [/ku/, 'filter'],
    [/^ku/i, 'filter'],
    [/^.*ku/, 'filter'],
    [{ $regex: '^ku', $options: 'i' }, 'filter'],
    [{ $in: [/^ku/, /ta$/], $exists: true }, 'filter'],
  ])('with the text %s needs a fixed beginning', (search, expected) => {
    expect(missing({ search })).toBe(expected)
  })

  it('of a status that almost all uploads have needs more', () => {
    expect(missing({ status: { $in: ['queued', 'done'] } })).toBe('filter')
    expect(missing({ status: 'done', shared_at: { $gt: 1 } })).toBeUndefined()
    expect(missing({ status: 'done' }, { shared_at: 1 }, true)).toBeUndefined()
  })
})

describe('a sort', () => {
  it.each<[object, object, Missing]>([
    [{ status: 'queued' }, { shared_at: 1, number: 1 }, undefined],
    [{ status: 'queued' }, { shared_at: -1, number: -1 }, undefined],
    [{ status: { $in: ['queued', 'held'] } }, { shared_at: 1 }, undefined],
    [{ status: 'queued' }, { status: 1, shared_at: 1 }, undefined],
    [{ status: 'queued' }, { shared_at: 1, number: -1 }, 'sort'],
    [{ status: 'queued' }, { number: 1 }, 'sort'],
    [{ status: 'queued', shared_at: 4 }, { number: 1 }, undefined],
    [{ user: { $gt: 'a' } }, { shared_at: 1 }, 'sort'],
    [{ shared_at: { $gt: 4 } }, { shared_at: -1 }, undefined],
    [{ $or: [{ status: 'queued' }, { user: 'a' }] }, { shared_at: 1, number: 1 }, undefined],
    [{ $or: [{ status: 'queued' }, { search: 'a' }] }, { shared_at: 1 }, 'sort'],
  ])('of %j by %j needs the order of an index: %s', (filter, sort, expected) => {
    expect(missing(filter, sort)).toBe(expected)
  })

  it('may pass an index in its order where it ends soon', () => {
    expect(missing({}, { shared_at: -1 }, true)).toBeUndefined()
    expect(missing({ kind: 'import' }, { shared_at: -1 }, true)).toBeUndefined()
    expect(missing({ kind: 'import' }, { shared_at: -1 })).toBe('filter')
    expect(missing({ kind: 'import' }, { number: 1 }, true)).toBe('filter')
  })
})

describe('what a command looks for', () => {
  it.each<[object, object[]]>([
    [
      { find: 'a', filter: { b: 1 }, sort: { c: 1 }, limit: 1 },
      [{ filter: { b: 1 }, sort: { c: 1 }, isLimited: true }],
    ],
    [{ find: 'a', filter: { b: 1 }, limit: 0 }, [{ filter: { b: 1 }, isLimited: false }]],
    [{ count: 'a' }, [{ filter: {}, isLimited: false }]],
    [{ distinct: 'a', key: 'c', query: { b: 1 } }, [{ filter: { b: 1 }, isLimited: false }]],
    [
      { findAndModify: 'a', query: { b: 1 }, sort: { c: 1 } },
      [{ filter: { b: 1 }, sort: { c: 1 }, isLimited: true }],
    ],
    [
      {
        aggregate: 'a',
        pipeline: [{ $match: { b: 1 } }, { $sort: { c: 1 } }, { $limit: 2 }, { $group: {} }],
      },
      [{ filter: { b: 1 }, sort: { c: 1 }, isLimited: true }],
    ],
    [{ aggregate: 'a', pipeline: [{ $group: {} }, { $sort: { n: 1 } }] }, [{ filter: {}, isLimited: false }]],
    [
      { update: 'a', updates: [{ q: { b: 1 } }, { q: { c: 1 } }] },
      [
        { filter: { b: 1 }, isLimited: false },
        { filter: { c: 1 }, isLimited: false },
      ],
    ],
    [{ insert: 'a', documents: [{}] }, []],
    [{ getMore: 4, collection: 'a' }, []],
  ])('is read from %j', (command, lookups) => {
    expect(listLookups(command)).toEqual(lookups)
  })

  it('is described by paths and operators, and by no value but the status', () => {
    const filter = {
      $and: [{ phone: { $in: ['secret'] } }, { phone: { $ne: 'secret' } }],
      values: { $exists: false },
      $or: [{ name: /^secret/ }, { line: { $gt: 1, $lt: 4 } }],
      status: { $in: ['done', 'held'] },
    }

    expect(describeLookup({ filter, sort: { shared_at: 1, line: 1 }, isLimited: false })).toBe(
      'phone, phone ne, values missing, (name matches | line gt lt), status done/held sort shared_at, line',
    )
  })
})
