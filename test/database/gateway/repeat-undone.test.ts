import { describe, expect, it, vi } from 'vitest'
import { createRepeater } from '../../../src/database/gateway/repeat-undone.ts'

const deadlock = () => Object.assign(new Error('deadlock detected'), { code: '40P01' })
const turn = () => new Promise((resolve) => setImmediate(resolve))

describe('a statement that PostgreSQL undid', () => {
  it('is run again until it comes through', async () => {
    const run = vi.fn().mockRejectedValueOnce(deadlock()).mockRejectedValueOnce(deadlock())

    expect(await createRepeater()(run.mockResolvedValue('done'))).toBe('done')
    expect(run).toHaveBeenCalledTimes(3)
  })

  it('is given up after eight attempts', async () => {
    const run = vi.fn().mockRejectedValue(deadlock())

    await expect(createRepeater()(run)).rejects.toMatchObject({ code: '40P01' })
    expect(run).toHaveBeenCalledTimes(8)
  })

  it('is repeated alone, so that those in its way before are not again', async () => {
    const repeatUndone = createRepeater()
    let running = 0
    let limit = 0
    const statement = () => {
      let isFirst = true
      return async () => {
        if (isFirst) {
          isFirst = false
          throw deadlock()
        }
        running += 1
        limit = Math.max(limit, running)
        await turn()
        running -= 1
      }
    }

    await Promise.all(Array.from({ length: 8 }, () => repeatUndone(statement())))

    expect(limit).toBe(1)
  })

  it('does not hold up the repeats behind it when it fails for good', async () => {
    const repeatUndone = createRepeater()
    const refused = vi.fn().mockRejectedValueOnce(deadlock()).mockRejectedValue(new Error('refused'))
    const other = vi.fn().mockRejectedValueOnce(deadlock()).mockResolvedValue('done')

    const [first, second] = await Promise.allSettled([repeatUndone(refused), repeatUndone(other)])

    expect(first).toMatchObject({ status: 'rejected', reason: { message: 'refused' } })
    expect(second).toEqual({ status: 'fulfilled', value: 'done' })
  })
})

describe('a statement that fails for another reason', () => {
  it('is not run again', async () => {
    const run = vi.fn().mockRejectedValue(Object.assign(new Error('refused'), { code: 'M001C' }))

    await expect(createRepeater()(run)).rejects.toThrow('refused')
    expect(run).toHaveBeenCalledTimes(1)
  })
})
