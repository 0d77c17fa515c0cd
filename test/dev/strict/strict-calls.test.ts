import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startWorkspace, type Workspace } from '../../../dev/workspace/workspace.ts'

let workspace: Workspace
let channel: string
beforeAll(async () => {
  workspace = await startWorkspace({ rateLimits: false })
  channel = workspace.channelId('customers')
})
afterAll(() => workspace.stop())

async function call(method: string, args: Readonly<Record<string, unknown>>) {
  const response = await fetch(workspace.apiUrl + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.token}`, 'content-type': 'application/json' },
    body: JSON.stringify(args),
  })
  const answer: { ok: boolean; error?: string; ts?: string; message_ts?: string } = JSON.parse(
    await response.text(),
  )
  return answer
}

const plain = (text: string) => ({ type: 'plain_text', text })
const button = (over: object = {}) => ({ type: 'button', action_id: 'undo:0', text: plain('Undo'), ...over })
const actions = (...elements: object[]) => ({ type: 'actions', elements })
const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })
const many = <T>(count: number, make: (at: number) => T) => Array.from({ length: count }, (_, at) => make(at))
const raw = (text: string) => ({ type: 'raw_text', text })
const TABLE = { type: 'table', rows: [[raw('a')], [raw('1')]] }
const option = (at: number) => ({ text: plain(`option ${at}`), value: String(at) })
const menu = (over: object) => actions({ type: 'static_select', action_id: 'pick:0', ...over })
const pie = (...labels: string[]) => ({
  type: 'data_visualization',
  title: 'Rows',
  chart: { type: 'pie', segments: labels.map((label) => ({ label, value: 1 })) },
})

describe('blocks Slack never takes', () => {
  it.each<[string, unknown]>([
    ['51 blocks', many(51, (at) => section(`line ${at}`))],
    ['an empty text', [section('')]],
    ['a text of 3,001 characters', [section('x'.repeat(3_001))]],
    ['a header of 151 characters', [{ type: 'header', text: plain('x'.repeat(151)) }]],
    ['a section of nothing', [{ type: 'section' }]],
    ['11 fields', [{ type: 'section', fields: many(11, (at) => plain(`field ${at}`)) }]],
    ['26 buttons in one row', [actions(...many(26, (at) => button({ action_id: `undo:${at}` })))]],
    ['one action twice in a row', [actions(button(), button())]],
    ['one block twice', many(2, () => ({ ...section('same'), block_id: 'same' }))],
    ['a button of 76 characters', [actions(button({ text: plain('x'.repeat(76)) }))]],
    ['a value of 2,001 characters', [actions(button({ value: 'x'.repeat(2_001) }))]],
    ['an action of 256 characters', [actions(button({ action_id: 'x'.repeat(256) }))]],
    ['a menu of 101 options', [menu({ options: many(101, option) })]],
    ['a menu of none', [menu({ options: [] })]],
    ['a confirmation without a title', [actions(button({ confirm: { text: plain('Sure?') } }))]],
    ['a context of 11 elements', [{ type: 'context', elements: many(11, (at) => plain(`note ${at}`)) }]],
    ['rich text without elements', [{ type: 'rich_text', elements: [] }]],
    ['a block nobody knows', [{ type: 'spreadsheet' }]],
    ['two tables', [TABLE, TABLE]],
    ['a table of 101 rows', [{ ...TABLE, rows: many(101, () => [raw('a')]) }]],
    ['a table of 21 columns', [{ ...TABLE, rows: [many(21, () => raw('a'))] }]],
    ['a table with an empty cell', [{ ...TABLE, rows: [[raw('')]] }]],
    ['a table of 10,001 characters', [{ ...TABLE, rows: many(11, () => [raw('x'.repeat(950))]) }]],
    ['a data table without a caption', [{ type: 'data_table', rows: TABLE.rows }]],
    ['a chart with a label twice', [pie('new', 'new')]],
    ['a chart with a label of 21 characters', [pie('x'.repeat(21))]],
    ['three charts', [pie('a'), pie('b'), pie('c')]],
  ])('%s are refused', async (_, blocks) => {
    expect(await call('chat.postMessage', { channel, text: 'hello', blocks })).toMatchObject({
      ok: false,
      error: 'invalid_blocks',
    })
  })

  it('13,300 characters of them are too many', async () => {
    const blocks = many(5, (at) => section(`${at}${'x'.repeat(2_700)}`))

    expect(await call('chat.update', { channel, ts: '1772425800.000001', text: 'a', blocks })).toMatchObject({
      error: 'msg_blocks_too_long',
    })
  })

  it.each([
    ['table', TABLE],
    ['data_visualization', pie('a')],
  ])('%s are refused in a view', async (_, block) => {
    const view = { type: 'home', blocks: [block] }

    expect(await call('views.publish', { user_id: workspace.userId('asha'), view })).toMatchObject({
      error: 'invalid_arguments',
    })
  })

  it('all sorts of right ones are taken', async () => {
    const blocks = [section('fine'), actions(button(), button({ action_id: 'undo:1' })), TABLE, pie('a', 'b')]

    expect(await call('chat.postMessage', { channel, text: 'hello', blocks })).toMatchObject({ ok: true })
  })
})

describe('calls Slack never takes', () => {
  const modal = (over: object) => ({
    type: 'modal',
    title: plain('Customers'),
    blocks: [section('one')],
    ...over,
  })
  const field = { type: 'input', label: plain('Phone'), element: { type: 'plain_text_input' } }

  it.each<[string, string, Record<string, unknown>]>([
    ['a post of nothing', 'chat.postMessage', {}],
    ['a post of 40,001 characters', 'chat.postMessage', { text: 'x'.repeat(40_001) }],
    ['a thread that is no time', 'chat.postMessage', { text: 'a', thread_ts: 'now' }],
    ['metadata without a type', 'chat.postMessage', { text: 'a', metadata: { event_payload: {} } }],
    ['an ephemeral for nobody', 'chat.postEphemeral', { text: 'a' }],
    ['an edit of no message', 'chat.update', { text: 'a' }],
    ['a schedule for yesterday', 'chat.scheduleMessage', { text: 'a', post_at: 1_000_000_000 }],
    ['a schedule for next year', 'chat.scheduleMessage', { text: 'a', post_at: 4_000_000_000 }],
    ['an upload of no bytes', 'files.getUploadURLExternal', { filename: 'a.csv', length: 0 }],
    ['a name of 256 characters', 'files.getUploadURLExternal', { filename: 'x'.repeat(256), length: 1 }],
    ['a completed upload of no file', 'files.completeUploadExternal', { files: [] }],
    ['a page of 1,001', 'users.conversations', { limit: 1_001 }],
    ['a window without a title', 'views.open', { trigger_id: 't', view: modal({ title: undefined }) }],
    ['a title of 25', 'views.open', { trigger_id: 't', view: modal({ title: plain('x'.repeat(25)) }) }],
    ['a field and no button to send it', 'views.open', { trigger_id: 't', view: modal({ blocks: [field] }) }],
    ['a window as a Home', 'views.publish', { user_id: 'U000000001', view: modal({}) }],
    ['a method there is none of', 'chat.shout', { text: 'a' }],
  ])('%s', async (_, method, args) => {
    const before = workspace.mistakes.length

    expect(await call(method, { channel, ...args })).toMatchObject({ ok: false })

    expect(workspace.mistakes.length).toBe(before + 1)
  })

  it('nothing is said in a channel the bot is not in', async () => {
    const gossip = workspace.channelId('gossip')

    expect(await call('chat.postMessage', { channel: gossip, text: 'hello' })).toMatchObject({
      error: 'not_in_channel',
    })
  })

  it('replies go under the message that begins a thread', async () => {
    const parent = await call('chat.postMessage', { channel, text: 'parent' })
    const reply = await call('chat.postMessage', { channel, text: 'reply', thread_ts: parent.ts })
    const replyTo = (thread_ts: string | undefined) =>
      call('chat.postMessage', { channel, text: 'again', thread_ts })

    expect(reply).toMatchObject({ ok: true })
    expect(await replyTo(reply.ts)).toMatchObject({ error: 'cannot_reply_to_message' })
    expect(await replyTo('1700000000.000001')).toMatchObject({ error: 'thread_not_found' })
    expect(await replyTo(parent.ts)).toMatchObject({ ok: true })
  })
})
