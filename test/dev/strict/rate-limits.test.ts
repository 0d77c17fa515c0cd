import { describe, expect, it } from 'vitest'
import { createRateLimits } from '../../../dev/strict/rate-limits.ts'

function aSlack() {
  let now = 0
  const limits = createRateLimits(() => now)
  const call = async (method: string, channel = 'C000000001') => {
    const body = Buffer.from(new URLSearchParams({ channel }).toString())
    const text = { method: 'POST', path: `/api/${method}`, headers: new Headers(), body }
    const response = await limits.layer(text, async () => Response.json({ ok: true }))
    return { status: response.status, retryAfter: response.headers.get('retry-after') }
  }
  return {
    limits,
    call,
    pass: (ms: number) => {
      now += ms
    },
  }
}

describe('what Slack takes of each method', () => {
  it.each([
    ['conversations.list', 20],
    ['chat.update', 50],
    ['files.list', 50],
    ['files.info', 100],
    ['views.publish', 100],
  ])('%s: %i a minute, then 429 with the seconds to wait', async (method, max) => {
    const slack = aSlack()
    for (let at = 0; at < max; at += 1) expect((await slack.call(method)).status).toBe(200)

    const { status, retryAfter } = await slack.call(method)

    expect(status).toBe(429)
    slack.pass(Number(retryAfter) * 1_000)
    expect((await slack.call(method)).status).toBe(200)
    expect(slack.limits.counts.get(method)).toEqual({ calls: max + 2, limited: 1 })
  })

  it('posts: one a second in each channel, but for a short burst', async () => {
    const slack = aSlack()
    const statuses = async (channel: string, count: number) => {
      const all: number[] = []
      for (let at = 0; at < count; at += 1) all.push((await slack.call('chat.postMessage', channel)).status)
      return all
    }

    expect(await statuses('C1', 7)).toEqual([200, 200, 200, 200, 200, 429, 429])
    expect(await statuses('C2', 1)).toEqual([200])
    slack.pass(1_000)
    expect(await statuses('C1', 2)).toEqual([200, 429])
  })

  it('other calls of the bot go on while one method is full', async () => {
    const slack = aSlack()
    for (let at = 0; at < 60; at += 1) await slack.call('chat.update')

    expect((await slack.call('views.open')).status).toBe(200)
  })

  it('takes everything where a benchmark switched it off, and counts', async () => {
    const slack = aSlack()
    slack.limits.switchOff()
    for (let at = 0; at < 60; at += 1) expect((await slack.call('chat.update')).status).toBe(200)

    expect(slack.limits.counts.get('chat.update')).toEqual({ calls: 60, limited: 0 })
  })
})
