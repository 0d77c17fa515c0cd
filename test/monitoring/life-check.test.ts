import { describe, expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../../src/errors.ts'
import { createLifeCheck } from '../../src/monitoring/life-check.ts'

function check(over: { outage?: ErrorCode; isWorking?: boolean; isReady?: boolean }) {
  const state = {
    outage: undefined as ErrorCode | undefined,
    isWorking: true,
    isReady: true,
    now: 0,
    ...over,
  }
  const isAlive = createLifeCheck({
    outage: () => (state.outage ? new AppError(state.outage) : undefined),
    isWorking: () => state.isWorking,
    isDatabaseReady: async () => state.isReady,
    stuckAfterMs: 1000,
    now: () => state.now,
  })
  return { state, isAlive }
}

describe('whether the process can get well by itself', () => {
  it.each<[string, Parameters<typeof check>[0], boolean]>([
    ['all is well', {}, true],
    ['the embedded database was given up', { outage: 'database_ended' }, false],
    ['the embedded database is being started again', { outage: 'database_unavailable' }, true],
    ['the disk is full', { outage: 'database_full', isReady: false }, true],
    ['the database is away', { isReady: false, isWorking: false }, true],
  ])('where %s', async (_what, over, expected) => {
    const { state, isAlive } = check(over)
    await isAlive()
    state.now = 5000
    expect(await isAlive()).toBe(expected)
  })

  it('is no where nothing looks at the queue for long although the database answers', async () => {
    const { state, isAlive } = check({ isWorking: false })
    expect(await isAlive()).toBe(true)
    state.now = 999
    expect(await isAlive()).toBe(true)
    state.now = 1000
    expect(await isAlive()).toBe(false)
    state.isWorking = true
    expect(await isAlive()).toBe(true)
  })

  it('counts anew after the database was away', async () => {
    const { state, isAlive } = check({ isWorking: false })
    await isAlive()
    state.isReady = false
    state.now = 900
    await isAlive()
    state.isReady = true
    state.now = 1500
    expect(await isAlive()).toBe(true)
  })
})
