import { afterAll, beforeAll, expect, it } from 'vitest'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'

let workspace: Workspace
beforeAll(async () => {
  workspace = await startWorkspace({ rateLimits: false })
})
afterAll(() => workspace.stop())

async function call(method: string, args: Record<string, string>) {
  const answer = await fetch(workspace.apiUrl + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.token}` },
    body: new URLSearchParams({ channel: workspace.channelId('customers'), ...args }),
  })
  return (await answer.json()) as { readonly ok: boolean; readonly error?: string; readonly ts?: string }
}
const texts = async () => (await workspace.messages('customers')).map(({ text }) => text)

it('a post with the identity of an earlier one is answered with that, in its channel', async () => {
  const [first, second] = [
    await call('chat.postMessage', { text: 'one', client_msg_id: 'a' }),
    await call('chat.postMessage', { text: 'two', client_msg_id: 'a' }),
  ]

  expect(second).toEqual(first)
  expect(await texts()).toEqual(['one'])
  expect(await call('chat.postMessage', { text: 'three', client_msg_id: 'b' })).toMatchObject({ ok: true })
  expect(await texts()).toEqual(['one', 'three'])
})

it('a post that was refused has no identity', async () => {
  const refused = await call('chat.postMessage', {
    text: 'x',
    client_msg_id: 'c',
    thread_ts: '1700000000.000100',
  })

  expect(refused).toMatchObject({ ok: false, error: 'thread_not_found' })
  expect(await call('chat.postMessage', { text: 'four', client_msg_id: 'c' })).toMatchObject({ ok: true })
})

it('a post with the identity of a message that was deleted is refused', async () => {
  const { ts = '' } = await call('chat.postMessage', { text: 'five', client_msg_id: 'd' })
  await call('chat.delete', { ts })

  expect(await call('chat.postMessage', { text: 'six', client_msg_id: 'd' })).toMatchObject({
    ok: false,
    error: 'duplicate_message_not_found',
  })
})
