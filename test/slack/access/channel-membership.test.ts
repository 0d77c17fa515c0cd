import { expect, it, vi } from 'vitest'
import { createChannelMembership } from '../../../src/slack/access/channel-membership.ts'
import { createWebClient } from '../../../src/slack/transport/slack-call.ts'

function aMembership(answer: () => Promise<object>) {
  const client = createWebClient('xoxb-test', undefined, undefined)
  const info = vi
    .spyOn(client.conversations, 'info')
    .mockImplementation(async () => ({ ok: true, ...(await answer()) }))
  return { membership: createChannelMembership(client), info }
}

it('asks Slack once for many files shared at once in a channel', async () => {
  const { membership, info } = aMembership(async () => ({ channel: { is_member: true } }))

  const standings = await Promise.all(['C1', 'C1', 'C2', 'C1'].map(membership.standingIn))

  expect(standings).toEqual(['member', 'member', 'member', 'member'])
  expect(info.mock.calls.map(([asked]) => asked?.channel)).toEqual(['C1', 'C2'])
})

it('asks again after a failure', async () => {
  let isBroken = true
  const { membership } = aMembership(async () => {
    if (isBroken) throw new TypeError('broken')
    return { channel: { is_member: true } }
  })

  await expect(Promise.all([membership.standingIn('C1'), membership.standingIn('C1')])).rejects.toThrow()
  isBroken = false

  expect(await membership.standingIn('C1')).toBe('member')
})
