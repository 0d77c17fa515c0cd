import fc from 'fast-check'
import { Schema } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { keyByText } from '../../../models/text-keyed-model.ts'
import { createClaim } from '../../../src/uploads/lease/claim.ts'
import { openTestModels } from '../../support/test-models.ts'

interface Errand {
  _id: string
  rank: number
  note?: string
  claim?: { token?: string; until?: Date }
}

const { database } = await openTestModels()
const errands = keyByText(
  database.connection.model<Errand>(
    'Errand',
    new Schema<Errand>({ _id: String }, { collection: 'errands', autoIndex: false, autoCreate: false }),
  ),
)
const MINUTE = { ms: 60_000 }

beforeEach(async () => {
  await errands.collection.deleteMany({})
  await errands.collection.insertMany([
    { _id: 'second', rank: 2 },
    { _id: 'first', rank: 1 },
  ])
})
afterEach(() => vi.useRealTimers())

const read = (_id = 'first') => errands.collection.findOne<Errand>({ _id })
const age = (ms: number) =>
  errands.collection.updateMany({ 'claim.until': { $exists: true } }, [
    { $set: { 'claim.until': { $subtract: ['$$NOW', ms] } } },
  ])

async function taken(errand: Promise<Errand | null>): Promise<Errand> {
  const found = await errand
  if (!found) throw new Error('not taken')
  return found
}

describe.each([
  ['a token', { expiresAt: 'claim.until', token: 'claim.token' }],
  ['the moment of expiry', { expiresAt: 'claim.until' }],
])('a claim told from others by %s', (_, paths) => {
  const claim = createClaim<Errand>(paths)

  it('is taken by one of many that ask at once', async () => {
    const asked = Array.from({ length: 12 }, () => claim.take(errands, { _id: 'first' }, MINUTE))

    const got = (await Promise.all(asked)).filter((errand) => errand !== null)

    expect(got).toHaveLength(1)
    expect(await read()).toEqual(got[0])
  })

  it('is taken on the first free document in order, with what is to be stored beside it', async () => {
    const terms = { ...MINUTE, sort: { rank: 1 }, set: { note: { $concat: ['of ', '$_id'] } } } as const

    const got = [
      await claim.take(errands, {}, terms),
      await claim.take(errands, {}, terms),
      await claim.take(errands, {}, terms),
    ]

    expect(got.map((errand) => errand?.note)).toEqual(['of first', 'of second', undefined])
  })

  it('lasts as long as it says, by the clock of the database', async () => {
    const now = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: now + 3_600_000 })

    const before = performance.now()

    const { claim: stored } = await taken(claim.take(errands, { _id: 'first' }, MINUTE))

    const left = (stored?.until?.getTime() ?? 0) - now
    expect(left).toBeGreaterThan(55_000)
    expect(left).toBeLessThan(65_000 + performance.now() - before)
    expect(await claim.take(errands, { _id: 'first' }, MINUTE)).toBeNull()
  })

  it('is lost to the next that asks once it is over, and not before', async () => {
    const lost = await taken(claim.take(errands, { _id: 'first' }, MINUTE))
    await age(-60_000)
    expect(await claim.take(errands, { _id: 'first' }, MINUTE)).toBeNull()

    await age(1)
    const held = await taken(claim.take(errands, { _id: 'first' }, MINUTE))

    expect(await claim.update(errands, lost, { $set: { note: 'late' } })).toBeNull()
    expect(await claim.renew(errands, lost, MINUTE)).toBeNull()
    expect(await read()).toEqual(held)
  })

  it('lasts from now on when it is renewed, also by whoever let it run out and lost it to nobody', async () => {
    const [over] = await errands.collection
      .aggregate<Errand>([
        { $match: { _id: 'first' } },
        { $addFields: { claim: { until: '$$NOW', token: 't' } } },
      ])
      .toArray()
    if (!over) throw new Error('not there')
    await errands.collection.replaceOne({ _id: 'first' }, over)

    const renewed = await taken(claim.renew(errands, over, { ...MINUTE, set: { note: 'renewed' } }))

    expect(renewed.note).toBe('renewed')
    expect(await claim.take(errands, { _id: 'first' }, MINUTE)).toBeNull()
    expect(await claim.update(errands, renewed, { $set: { note: 'held' } })).toMatchObject({ note: 'held' })
  })

  it('is free again when it is released', async () => {
    const held = await taken(claim.take(errands, { _id: 'first' }, MINUTE))
    await claim.update(errands, held, { $unset: { claim: '' } })

    expect(await claim.update(errands, held, { $set: { note: 'late' } })).toBeNull()
    expect(await claim.take(errands, { _id: 'first' }, MINUTE)).not.toBeNull()
  })

  it('is held by nobody who has none', async () => {
    const unclaimed = await read()
    if (!unclaimed) throw new Error('not there')

    expect(await claim.update(errands, unclaimed, { $set: { note: 'nobody' } })).toBeNull()
    expect(await claim.renew(errands, unclaimed, MINUTE)).toBeNull()
    expect(await read()).toEqual(unclaimed)
  })

  it('is held by one process at most, whatever several of them do', async () => {
    const act = fc.record({
      who: fc.constantFrom(0, 1, 2),
      what: fc.constantFrom('take', 'renew', 'update', 'release', 'expire' as const),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 15 }), async (acts) => {
        await errands.collection.replaceOne({ _id: 'first' }, { rank: 1 })
        const model: Model = { held: [null, null, null], holder: undefined, isOver: false }
        for (const { who, what } of acts) await PLAY[what](model, who)
      }),
      { numRuns: 25 },
    )
  })

  /** What three processes know, and which of them holds the claim. */
  interface Model {
    readonly held: (Errand | null)[]
    holder: number | undefined
    isOver: boolean
  }

  const PLAY = {
    async take(model: Model, who: number) {
      const got = await claim.take(errands, { _id: 'first' }, MINUTE)
      expect(got !== null).toBe(model.holder === undefined || model.isOver)
      if (got) {
        model.held[who] = got
        model.holder = who
        model.isOver = false
      }
    },
    async renew(model: Model, who: number) {
      const renewed = await actAsHolder(model, who, (own) => claim.renew(errands, own, MINUTE))
      if (renewed) model.isOver = false
    },
    async update(model: Model, who: number) {
      await actAsHolder(model, who, (own) => claim.update(errands, own, { $set: { note: String(who) } }))
    },
    async release(model: Model, who: number) {
      const released = await actAsHolder(model, who, (own) =>
        claim.update(errands, own, { $unset: { claim: '' } }),
      )
      if (!released) return
      model.held[who] = null
      model.holder = undefined
    },
    // The expiry time passes; the holder's value stays the same.
    async expire(model: Model) {
      model.isOver = true
      if (model.holder !== undefined) model.held[model.holder] = await expire()
    },
  }

  /** Acts with this process's document; only the holder may succeed. */
  async function actAsHolder(
    model: Model,
    who: number,
    act: (own: Errand) => Promise<Errand | null>,
  ): Promise<boolean> {
    const own = model.held[who] ?? null
    if (!own) return false
    const done = await act(own)
    expect(done !== null).toBe(model.holder === who)
    if (done) model.held[who] = done
    return done !== null
  }

  /** @returns the holder's document, as if claimed this much earlier */
  async function expire(): Promise<Errand | null> {
    await age(1_000)
    return await read()
  }
})

describe('a claim with a token of the holder’s choice', () => {
  const claim = createClaim<Errand>({ expiresAt: 'claim.until', token: 'claim.token' })

  it('is given to its holder again, and to nobody else', async () => {
    const take = (token: string) => claim.take(errands, { _id: 'first' }, { ...MINUTE, token })
    expect(await take('$one')).toMatchObject({ claim: { token: '$one' } })

    expect(await take('$one')).not.toBeNull()
    expect(await take('another')).toBeNull()
  })
})
