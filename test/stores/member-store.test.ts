import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createModels, type Models } from '../../models/index.ts'
import { createMemberStore, type MemberStore } from '../../src/stores/member-store.ts'
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts'

let database: TestDatabase
let models: Models
let store: MemberStore

beforeAll(async () => {
  database = await openTestDatabase()
  models = createModels(database.connection)
  store = createMemberStore({ models })
})
afterAll(() => database.drop())
beforeEach(() => models.members.collection.deleteMany({}))

describe('what is remembered of people', () => {
  it('is what Slack said last, for another process, too', async () => {
    expect(await store.find('U1')).toBeUndefined()

    await (await store.beginAsking('U1'))(true)
    await (await store.beginAsking('U2'))(false)

    const elsewhere = createMemberStore({ models })
    expect([await elsewhere.find('U1'), await elsewhere.find('U2')]).toEqual([true, false])
  })

  it('is relied upon for five minutes', async () => {
    const before = Date.now()
    await (await store.beginAsking('U1'))(true)
    const kept = await models.members.findById('U1').lean()
    expect(kept?.until?.getTime()).toBeGreaterThan(before + 4.9 * 60_000)
    expect(kept?.until?.getTime()).toBeLessThan(Date.now() + 5.1 * 60_000)

    await models.members.updateOne({ _id: 'U1' }, { until: new Date(Date.now() - 1_000) })

    expect(await store.find('U1')).toBeUndefined()
  })

  it('is asked for anew after a change, which says what was said last', async () => {
    await (await store.beginAsking('U1'))(true)

    expect(await store.distrust('U1')).toBe(true)

    expect(await store.find('U1')).toBeUndefined()
    expect(await store.distrust('U1')).toBe(true)
    expect(await store.distrust('UNOBODY')).toBeUndefined()
    expect(await models.members.countDocuments()).toBe(1)
  })

  it('is not what was heard before the change and arrives after it', async () => {
    const keep = await store.beginAsking('U1')
    await store.distrust('U1')
    const keepNewer = await store.beginAsking('U1')

    await keepNewer(false)
    await keep(true)

    expect(await store.find('U1')).toBe(false)
  })

  it('takes many who ask about one person at once', async () => {
    const keepers = await Promise.all(Array.from({ length: 20 }, () => store.beginAsking('U1')))
    await Promise.all(keepers.map((keep) => keep(true)))

    expect(await store.find('U1')).toBe(true)
    expect(await models.members.countDocuments()).toBe(1)
  })
})
