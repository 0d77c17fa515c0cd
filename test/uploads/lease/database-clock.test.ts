import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGreetingStore } from '../../../src/stores/greeting-store.ts'
import { queueForget, requestForget } from '../../../src/uploads/forget/forget-request.ts'
import { isPreviewRequested, requestPreview } from '../../../src/uploads/worker/request-preview.ts'
import { openTestModels } from '../../support/test-models.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const ASKER = { team: 'T1', channel: 'C1', user: 'UASHA' }

const { models } = await openTestModels()

beforeEach(async () => {
  const { greetings, previewRequests, forgetRequests, fileUploads } = models
  for (const model of [greetings, previewRequests, forgetRequests, fileUploads])
    await model.collection.deleteMany({})
})
afterEach(() => vi.useRealTimers())

/** Shifts this process's clock, not the database's. */
function shiftClock(ms: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
}

const STARTED = { at: Date.now(), performance: performance.now() }
/** By a clock that is not shifted. */
const readClock = () => STARTED.at + performance.now() - STARTED.performance
/** Clocks may be corrected meanwhile. */
const CORRECTION_MS = 5_000

/** Stored by the database between two moments, so many milliseconds ahead. */
function expectStored(until: unknown, aheadMs: number, from: number): void {
  const storedAt = (until as Date).getTime() - aheadMs
  expect(storedAt).toBeGreaterThan(from - CORRECTION_MS)
  expect(storedAt).toBeLessThan(readClock() + CORRECTION_MS)
}

describe.each([
  ['an hour fast', HOUR_MS],
  ['an hour slow', -HOUR_MS],
])('with a process clock that is %s', (_, offMs) => {
  const trueNow = () => Date.now() - (vi.isFakeTimers() ? offMs : 0)

  it('a greeting is claimed for a minute by the clock of the database', async () => {
    const store = createGreetingStore({ models })
    const from = readClock()
    shiftClock(offMs)

    expect(await store.claim('C1')).toBeDefined()

    expectStored((await models.greetings.findById('C1').lean())?.claimed_until, MINUTE_MS, from)
  })

  it('a greeting that another process is sending is neither claimed nor listed', async () => {
    const store = createGreetingStore({ models })
    await store.claim('C1')
    shiftClock(offMs)

    expect(await store.listBroken()).toEqual([])
    expect(await store.claim('C1')).toBeUndefined()
  })

  it('a greeting whose process died is listed and claimed once its minute is over', async () => {
    const store = createGreetingStore({ models })
    await store.claim('C1')
    await models.greetings.updateOne({ _id: 'C1' }, { claimed_until: new Date(Date.now() - 1_000) })
    shiftClock(offMs)

    expect(await store.listBroken()).toEqual(['C1'])
    expect(await store.claim('C1')).toBeDefined()
    expect(await store.claim('C1')).toBeUndefined()
  })

  it('a preview is requested for a quarter of an hour by the clock of the database', async () => {
    const from = readClock()
    shiftClock(offMs)
    await requestPreview(models, ASKER)
    vi.useRealTimers()
    expect(await isPreviewRequested(models, ASKER)).toBe(true)

    const [request] = await models.previewRequests.collection.find().toArray()
    expectStored(request?.until, HOUR_MS / 4, from)
  })

  it('a preview request is in force until its quarter of an hour is over', async () => {
    await requestPreview(models, ASKER)
    shiftClock(offMs)
    expect(await isPreviewRequested(models, ASKER)).toBe(true)

    await models.previewRequests.collection.updateOne({}, { $set: { until: new Date(trueNow() - 1_000) } })

    expect(await isPreviewRequested(models, ASKER)).toBe(false)
  })

  it('a request to forget is stored for a quarter of an hour by the clock of the database', async () => {
    const from = readClock()
    shiftClock(offMs)
    await requestForget(models, '+917417119014', ASKER)
    vi.useRealTimers()

    const [request] = await models.forgetRequests.collection.find().toArray()
    expectStored(request?.until, HOUR_MS / 4, from)
    expect(request).toMatchObject({ phone: '+917417119014', ...ASKER })
  })

  it('a request to forget can be answered until its quarter of an hour is over', async () => {
    const token = await requestForget(models, '+917417119014', ASKER)
    const late = await requestForget(models, '+919820098200', ASKER)
    await models.forgetRequests.collection.updateOne(
      { _id: late },
      { $set: { until: new Date(Date.now() - 1_000) } },
    )
    shiftClock(offMs)
    const answer = { ...ASKER, now: new Date() }

    expect(await queueForget(models, late, answer)).toBeUndefined()
    expect(await queueForget(models, token, answer)).toMatchObject({ status: 'queued' })
  })
})

it('claims a greeting for one of several processes that ask at once', async () => {
  const stores = Array.from({ length: 5 }, () => createGreetingStore({ models }))

  const claims = await Promise.all(stores.map((store) => store.claim('C1')))

  expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1)
})

it('stores whatever a request to forget holds as it is', async () => {
  await requestForget(models, '$phone', { team: '$$NOW', channel: '$channel', user: '$user' })

  expect(await models.forgetRequests.collection.findOne({})).toMatchObject({
    phone: '$phone',
    team: '$$NOW',
    channel: '$channel',
    user: '$user',
  })
})
