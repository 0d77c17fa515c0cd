import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type RetryOptions, retry } from '../src/retry.ts'

const busy = new Error('busy')
const QUICK: RetryOptions = { attempts: 4, firstPauseMs: 1, shouldRetry: () => true }

/** Fails this often, then succeeds. */
function failing(times: number, error: unknown = busy) {
  const work = vi.fn(async (attempt: number) => `attempt ${attempt}`)
  for (let time = 0; time < times; time++) work.mockRejectedValueOnce(error)
  return work
}

describe('retrying', () => {
  it('goes on until the work succeeds, and tells it which attempt it is', async () => {
    const work = failing(3)

    expect(await retry(work, QUICK)).toBe('attempt 4')
    expect(work.mock.calls).toEqual([[1], [2], [3], [4]])
  })

  it('ends with the last failure after the last attempt, about which it does not ask', async () => {
    const last = new Error('last')
    const work = failing(3)
    work.mockRejectedValueOnce(last)
    const shouldRetry = vi.fn(() => true)

    await expect(retry(work, { ...QUICK, shouldRetry })).rejects.toBe(last)
    expect(shouldRetry.mock.calls).toEqual([
      [busy, 1],
      [busy, 2],
      [busy, 3],
    ])
  })

  it('asks about every failure where attempts have no end', async () => {
    const shouldRetry = vi.fn((_: unknown, attempt: number) => attempt < 30)
    const work = failing(100)

    await expect(
      retry(work, { ...QUICK, attempts: Number.POSITIVE_INFINITY, longestPauseMs: 1, shouldRetry }),
    ).rejects.toBe(busy)
    expect(work).toHaveBeenCalledTimes(30)
  })

  it.each([
    ['an error', busy],
    ['an error of a type that says the code is wrong', new TypeError('x is undefined')],
    ['text', 'no error at all'],
    ['nothing', null],
  ])('ends at once, with what was thrown, where that will not pass: %s', async (_, thrown) => {
    const work = failing(1, thrown)
    const shouldRetry = vi.fn(async () => false)

    await expect(retry(work, { ...QUICK, shouldRetry })).rejects.toBe(thrown)
    expect(work).toHaveBeenCalledOnce()
    expect(shouldRetry).toHaveBeenCalledWith(thrown, 1)
  })

  it.each([new TypeError('fetch of mine'), 'text', null])(
    'may go on whatever was thrown: %s',
    async (thrown) => {
      expect(await retry(failing(2, thrown), QUICK)).toBe('attempt 3')
    },
  )
})

describe('pauses between attempts', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  /** The start of each attempt in milliseconds. */
  async function timesOf(times: number, options: Partial<RetryOptions>): Promise<number[]> {
    const began: number[] = []
    const start = performance.now()
    const working = retry(
      async (attempt) => {
        began.push(Math.round(performance.now() - start))
        if (attempt <= times) throw busy
      },
      { attempts: 10, firstPauseMs: 100, shouldRetry: () => true, ...options },
    ).catch((error: unknown) => error)
    await vi.advanceTimersByTimeAsync(60_000)
    expect([undefined, busy]).toContain(await working)
    return began
  }

  it('double, up to the longest', async () => {
    expect(await timesOf(5, { longestPauseMs: 500 })).toEqual([0, 100, 300, 700, 1_200, 1_700])
  })

  it.each([
    [0, [0, 50, 150]],
    [0.999, [0, 150, 450]],
  ])('are shorter or longer by up to half, by chance %d', async (chance, expected) => {
    vi.mocked(Math.random).mockReturnValue(chance)
    expect(await timesOf(2, {})).toEqual(expected)
  })

  it('are never begun where they would end too late', async () => {
    expect(await timesOf(9, { withinMs: 700 })).toEqual([0, 100, 300, 700])
    expect(await timesOf(9, { withinMs: 699 })).toEqual([0, 100, 300])
  })
})

describe('a pause the other side asks for', () => {
  it('is kept instead of our own, and counts as an attempt', async () => {
    const work = failing(9)

    await expect(retry(work, { ...QUICK, firstPauseMs: 600_000, shouldRetry: () => 0 })).rejects.toBe(busy)
    expect(work).toHaveBeenCalledTimes(4)
  })

  it('is not begun where it would end too late', async () => {
    const work = failing(1)

    await expect(retry(work, { ...QUICK, withinMs: 5_000, shouldRetry: () => 5_001 })).rejects.toBe(busy)
    expect(work).toHaveBeenCalledOnce()
  })
})

describe('a signal to stop', () => {
  const stopped = new Error('stopped')

  it('keeps the work from beginning', async () => {
    const work = failing(0)

    await expect(retry(work, { ...QUICK, signal: AbortSignal.abort(stopped) })).rejects.toBe(stopped)
    expect(work).not.toHaveBeenCalled()
  })

  it.each([
    ['of ours', true],
    ['that was asked for', 600_000],
  ])('ends a pause %s', async (_, verdict) => {
    const stopping = new AbortController()
    const shouldRetry = () => {
      setImmediate(() => stopping.abort(stopped))
      return verdict
    }
    const work = failing(1)

    await expect(
      retry(work, { ...QUICK, firstPauseMs: 600_000, shouldRetry, signal: stopping.signal }),
    ).rejects.toBe(stopped)
    expect(work).toHaveBeenCalledOnce()
  })
})
