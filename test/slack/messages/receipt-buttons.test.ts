import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listControls } from '../../../dev/demo/demo-controls.ts'
import type { Message, Share } from '../../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { collectWritten, listMarkup } from '../../support/written-messages.ts'

const HEADER = 'Phone,Name,City\n'

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace({}, undefined, { channels: ['customers', 'north'] })
})
afterAll(() => bot.stop())

async function shareIn(channel: string, name: string, text: string): Promise<[Share, Message]> {
  const file = { name, bytes: new TextEncoder().encode(text) }
  const share = await bot.workspace.share('asha', channel, file)
  return [share, await bot.workspace.waitForReceipt(share)]
}
const labelsOf = (receipt: Message) => listControls(receipt).map(({ label }) => label)

describe('a receipt', () => {
  it('can be compared with the last file of the same headings in its channel, and with no other', async () => {
    const [, first] = await shareIn('customers', 'monday.csv', `${HEADER}7417119014,Kushal,Pune\n`)
    await shareIn('customers', 'loans.csv', 'Phone,Loan Amount\n9000000101,500\n')
    await shareIn('north', 'north.csv', `${HEADER}9000000109,Farah,Delhi\n`)
    const [share, second] = await shareIn(
      'customers',
      'tuesday.csv',
      'PHONE,name,city\n9000000102,Meena,Goa\n',
    )

    expect(labelsOf(first)).toEqual(['All columns', 'Wrong column?', 'Show all', 'Undo'])
    expect(labelsOf(second)).toEqual([
      'All columns',
      'Wrong column?',
      'Show all',
      'Compare with the last',
      'Undo',
    ])
    const compare = listControls(second).find(({ label }) => label === 'Compare with the last')
    expect(compare?.value).toBe('compare:4:1')
    const { answers } = await bot.workspace.act('ravi', 'customers', {
      action: 'open_view:1',
      value: '',
      ...compare,
    })
    expect(answers).toMatchObject([{ visibility: 'asker', thread: share.ts }])
    expect(answers[0]?.text).toMatch(/#4\W.*#1\W/)
  })

  it('shows all of it to whoever asks, where no command can be typed', async () => {
    const [share, receipt] = await shareIn(
      'customers',
      'wednesday.csv',
      `${HEADER}123,Nobody,Agra\n7417119014,K,Pune\n`,
    )
    const show = listControls(receipt).find(({ label }) => label === 'Show all')

    const { answers } = await bot.workspace.act('ravi', 'customers', { action: '', value: '', ...show })

    expect(answers).toMatchObject([{ visibility: 'asker', thread: share.ts }])
    expect(answers[0]?.text).toContain('wednesday.csv')
  })

  it('offers no comparison of files without headings, nor with one whose rows are gone', async () => {
    await shareIn('north', 'one.csv', 'Mobile No,Village\n9000000201,Rampur\n')
    await bot.models.fileUploads.collection.updateOne(
      { 'file.name': 'one.csv' },
      { $set: { retention: { began_at: new Date(), line: 2, done_at: new Date() } } },
    )

    const [, receipt] = await shareIn('north', 'two.csv', 'Mobile No,Village\n9000000202,Sitapur\n')

    expect(labelsOf(receipt)).toEqual(['All columns', 'Wrong column?', 'Show all', 'Undo'])
  })
})

describe('an answer about something that comes in a thread', () => {
  it('leads there', async () => {
    const [share, receipt] = await shareIn('customers', 'thursday.csv', `${HEADER}9000000301,Old,Pune\n`)
    const number = String(receipt.metadata?.event_payload.upload)
    const link = `p${receipt.ts.replace('.', '')}?thread_ts=${share.ts}`

    const preview = await bot.workspace.command('asha', 'customers', `/uploads preview ${number}`)
    const undo = await bot.workspace.act('asha', 'customers', { action: 'undo_confirm:0', value: number })
    const file = { id: share.fileId, name: 'thursday.csv' }
    const picked = await bot.workspace.pickFromMenu('asha', 'customers', 'preview_file', {
      ts: share.ts,
      files: [file],
    })

    expect(undo.answers[0]?.text).toContain(link)
    expect(preview.answers[0]?.text).toContain(`p${share.ts.replace('.', '')}`)
    expect(picked.answers[0]?.text).toContain(`p${share.ts.replace('.', '')}`)
  })

  it('names the file where Slack tells no address', async () => {
    const [, receipt] = await shareIn('customers', 'friday.csv', `${HEADER}9000000302,Old,Pune\n`)
    const restore = bot.workspace.use(async (call, next) =>
      call.path.startsWith('/api/chat.getPermalink')
        ? Response.json({ ok: false, error: 'message_not_found' })
        : await next(call),
    )

    const value = String(receipt.metadata?.event_payload.upload)
    const { answers } = await bot.workspace.act('asha', 'customers', { action: 'undo_confirm:0', value })
    restore()

    expect(answers[0]?.text).toMatch(/posted as a reply to friday\.csv\./)
  })
})

describe('a summary that somebody shows to the channel', () => {
  it('calls people by name and notifies nobody', async () => {
    const written = collectWritten(bot.workspace)
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Kolkata' }).format(new Date())

    await bot.workspace.act('ravi', 'customers', { action: 'share_view:0', value: `digest:daily:${day}` })

    const { text, blocks } = written.find(({ by }) => by === 'response_url') ?? { text: '', blocks: [] }
    expect(text).toContain('asha')
    expect(text).toContain('Shared by ravi')
    expect(listMarkup({ text, blocks }).filter((mark) => mark.startsWith('<@'))).toEqual([])
    expect(JSON.stringify(blocks)).not.toContain('"user_id"')
  })
})
