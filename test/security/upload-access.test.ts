import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { PAGE_NAMES } from '../../commands/actions/page-actions.ts'
import { OPEN_PAGE, PICK_PAGE, SHARE_PAGE } from '../../commands/reply/index.ts'
import { SUBCOMMAND_NAMES } from '../../commands/uploads/uploads.ts'
import { showMessage } from '../../dev/slack/show-message.ts'
import type { ActionInput, ShownView } from '../../dev/workspace/workspace.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { readView } from '../support/view-controls.ts'

/**
 * #1 secret.csv and #3 (which waits for its phone column) were shared in #customers; #4 is a waiting preview
 * of #1 there. Ravi left that channel; #2 branch.csv is in #gossip, where he is a member. He is an admin,
 * which opens no channel.
 */
let bot: PlayedBot
let ownDirectMessage: string
beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('ravi') }), undefined, {
    // Everything is pressed at once, many times faster than by a person.
    rateLimits: false,
  })
  const { workspace } = bot
  const secret =
    'phone,name,city\n07417119014,Kushal Sharma,Pune\n09000000199,Secretly Missing,Goa\n12,Broken,Agra\n'
  await workspace.waitForReceipt(await bot.share('asha', 'secret.csv', secret))
  await workspace.inviteBot('asha', 'gossip')
  const bytes = new TextEncoder().encode('phone,name,city\n07417119014,Kushal Sharma,Nagpur\n')
  await workspace.waitForReceipt(await workspace.share('ravi', 'gossip', { name: 'branch.csv', bytes }))
  const question = 'Kunde,Secret column,Ort\nLata,09820098201,Goa\n'
  await workspace.waitForReply(await bot.share('asha', 'secret-columns.csv', question))
  await workspace.command('asha', 'customers', '/uploads preview 1')
  await vi.waitFor(async () => expect((await bot.upload(4)).status).toBe('held'), { timeout: 45_000 })
  // The bot's own messages change the uploads; nothing may change during the comparison.
  const uploads = bot.models.fileUploads.collection
  const unfinished = {
    $or: [
      { 'receipt.due': true },
      { 'counts.invalid': { $gt: 0 }, 'failed_rows.sent_at': { $exists: false } },
    ],
  }
  await vi.waitFor(async () => expect(await uploads.countDocuments(unfinished)).toBe(0), { timeout: 45_000 })
  await workspace.leave('ravi', 'customers')
  ownDirectMessage = await workspace.openDirectMessage('ravi')
}, 120_000)
afterAll(() => bot.stop())

const HOME: ShownView = { id: 'VHOME', type: 'home', callbackId: '', blocks: [] }
/** Data only members of #customers may see: names, content and results of its files. */
// One setting's name contains `SECRET`.
const SECRET = /(?<!signing_)secret|Broken|Missing|98200|Goa|Agra/i

const read = (answers: readonly { readonly text: string; readonly blocks?: unknown }[]) =>
  answers
    .map((answer) =>
      showMessage(answer as Parameters<typeof showMessage>[0], {
        nameOf: bot.workspace.personName,
        timeZone: 'Asia/Kolkata',
      }),
    )
    .join('\n')

async function type(text: string, channel = 'gossip', person = 'ravi'): Promise<string> {
  return read((await bot.workspace.command(person, channel, text)).answers)
}

async function press(input: ActionInput, channel: string): Promise<string> {
  return read((await bot.workspace.act('ravi', channel, input)).answers)
}

/** Everything commands and buttons can change, as one number; scheduled jobs write elsewhere. */
async function readEverything(): Promise<string> {
  const { customers, uploadRows, fileUploads, columnChoices, sentFiles, forgetRequests, previewRequests } =
    bot.models
  const documents = await Promise.all(
    [customers, uploadRows, fileUploads, columnChoices, sentFiles, forgetRequests, previewRequests].map(
      ({ collection }) => collection.find().sort({ _id: 1 }).toArray(),
    ),
  )
  return createHash('sha256').update(JSON.stringify(documents)).digest('hex')
}

const lastAudit = () => bot.models.audit.collection.findOne({}, { sort: { _id: -1 } })

/** Forms of an upload reference after a subcommand. */
const TYPED = ['1', '#1', 'no. 1', '3', '4', '1 2', '2 1', '#2 with #1', '2, 1']
/** Values of buttons. */
const CARRIED = ['1', '3', '4', '1:2', '2:1', '3:1', '3:0', '4:1', 'upload:1']
/** The buttons to which the name of a page means something. */
const PAGES = [OPEN_PAGE, PICK_PAGE, SHARE_PAGE]
/** Values that begin with the name of a page; to other buttons they are the same as the last one above. */
const PAIRS = ['compare:1:2', 'compare:2:1', 'upload:3', 'upload:4']

describe('an upload of a channel the person is not in', () => {
  it.each(SUBCOMMAND_NAMES)(
    'is not shown, sent, previewed, decided or undone by /uploads %s',
    async (word) => {
      const before = await readEverything()
      for (const reference of TYPED)
        for (const channel of ['gossip', ownDirectMessage]) {
          // An admin may export, which concerns no upload.
          if (word === 'export') continue
          const output = await type(`/uploads ${word} ${reference}`, channel)
          expect(output, `${word} ${reference}`).not.toMatch(SECRET)
        }
      expect(await readEverything()).toBe(before)
    },
  )

  it.each(['show 1', '1', 'compare 1 2', 'compare 2 1', 'preview 1', 'preview 3', 'undo 1'])(
    'is refused in words by /uploads %s, and it is in the audit',
    async (text) => {
      for (const channel of ['gossip', ownDirectMessage]) {
        expect(await type(`/uploads ${text}`, channel)).toContain(
          'That file was not shared in a channel that you and I are in.',
        )
        expect(await lastAudit()).toMatchObject({
          user: bot.workspace.userId('ravi'),
          outcome: 'refused',
          why: 'not_allowed',
          uploads: [text.includes('3') ? 3 : 1],
        })
      }
    },
  )

  it.each(ACTIONS.map(({ name }) => name))(
    'is not reached by the button %s, wherever it is pressed',
    async (action) => {
      const before = await readEverything()
      const pages = PAGES.includes(action) ? [...PAGE_NAMES.map((view) => `${view}:1`), ...PAIRS] : []
      for (const value of new Set([...CARRIED, ...pages])) {
        for (const channel of ['gossip', ownDirectMessage])
          expect(await press({ action, value }, channel), value).not.toMatch(SECRET)
        const view = await bot.workspace.actInView('ravi', HOME, { action, value })
        expect(readView(view, bot.workspace), value).not.toMatch(SECRET)
      }
      expect(await readEverything()).toBe(before)
      expect(JSON.stringify(await bot.workspace.messages('gossip'))).not.toMatch(SECRET)
    },
  )

  it('is no file for one person alone: a list of the other channel is not to be had by a file of one row', async () => {
    for (const text of ['/uploads compare 1 2', '/uploads compare 2 1', '/uploads compare 2'])
      await type(text, 'gossip')
    await press({ action: 'send_comparison', value: '2:1' }, 'gossip')
    await press({ action: 'send_failed_rows', value: '1' }, 'gossip')

    expect(await bot.models.sentFiles.collection.countDocuments()).toBe(0)
    expect(await type('/uploads compare 2')).toContain('#2 branch.csv has no earlier upload')
  })

  it('is not among the recent ones, the last one, the summary or the choices of columns', async () => {
    for (const text of [
      'recent',
      'recent 50',
      'recent @asha',
      'recent failed',
      'digest',
      'digest weekly',
      'mapping',
    ])
      expect(await type(`/uploads ${text}`), text).not.toMatch(SECRET)
    expect(await type('/uploads recent')).toContain('branch.csv')
    expect(await type('/uploads digest')).toContain('1 file, 1 row imported')
    expect(await type('/uploads show last')).toContain('#2 branch.csv')
  })

  it('is told of in answers about customers by its number, by whom and when, without name, line or link', async () => {
    for (const text of ['history 07417119014', '07417119014', '07417119014 on today']) {
      const printed = await type(`/customer ${text}`)
      expect(printed, text).toContain('Kushal')
      expect(printed, text).not.toMatch(SECRET)
    }
    expect(await type('/customer history 07417119014')).toMatch(
      /a file of another channel \(#1\) by @asha: created/,
    )
    expect(await type('/customer history 07417119014', 'customers', 'asha')).toContain(
      'secret.csv (#1), line 2',
    )
  })

  it('is not shown to everybody in a channel by somebody who is in both', async () => {
    const { answers } = await bot.workspace.act('asha', 'gossip', { action: 'share_view', value: 'upload:1' })

    expect(answers).toMatchObject([{ visibility: 'asker' }])
    expect(read(answers)).toContain('shared in another channel')
    await bot.workspace.act('asha', 'gossip', { action: 'share_view', value: 'recent:' })
    const stated = JSON.stringify(await bot.workspace.messages('gossip'))
    expect(stated).toContain('Shared by')
    expect(stated).not.toMatch(SECRET)
  })

  it('is shown to its members, also from elsewhere', async () => {
    expect(await type('/uploads show 1', 'gossip', 'asha')).toContain('secret.csv')
    expect(
      await type('/uploads compare 2 1', await bot.workspace.openDirectMessage('asha'), 'asha'),
    ).toContain('Secretly Missing')
  })
})

describe('a file from a command line', () => {
  it('is reached by admins alone, because no channel was told of it', async () => {
    const { _id, message, ...upload } = await bot.upload(1)
    await bot.models.fileUploads.collection.insertOne({
      ...upload,
      number: 99,
      source: { kind: 'cli', host: 'here', path: '/tmp/x.csv', user: 'root' },
    } as object)

    expect(await type('/uploads show 99', 'gossip', 'asha')).toContain('was not shared in a channel')
    expect(await type('/uploads recent 50', 'gossip', 'asha')).not.toContain('#99')
    expect(await type('/uploads show 99', 'gossip', 'ravi')).toContain('#99')
    await bot.models.fileUploads.collection.deleteOne({ number: 99 })
  })
})

describe('a file from a direct message', () => {
  it('is reached by its sharer there alone', async () => {
    const { _id, message, source, ...upload } = await bot.upload(1)
    const there = { ...source, channel: ownDirectMessage, user: bot.workspace.userId('ravi') }
    await bot.models.fileUploads.collection.insertOne({ ...upload, number: 98, source: there } as object)

    expect(await type('/uploads show 98', ownDirectMessage, 'ravi')).toContain('#98')
    for (const person of ['asha', 'ravi'])
      expect(await type('/uploads show 98', 'gossip', person)).toContain('was not shared in a channel')
    await bot.models.fileUploads.collection.deleteOne({ number: 98 })
  })
})

describe('the way from a number to an upload', () => {
  const folder = new URL('../../commands/', import.meta.url)
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => [file, readFileSync(new URL(file, folder), 'utf8')] as const)

  it('is one for all commands and buttons: none reads the uploads by itself', () => {
    const reading = sources.filter(([, source]) =>
      /\bfileUploads\b|\bfindUploads\b|\bfindUploadByReference\b|\bfindUploadsOf\b/.test(source),
    )

    expect(sources.length).toBeGreaterThan(50)
    expect(reading.map(([file]) => file.replace(/^.*\//, ''))).toEqual(['reachable-upload.ts'])
  })
})
