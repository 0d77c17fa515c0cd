import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findControl } from '../../dev/demo/demo-controls.ts'
import type { PersonRole, ShownView } from '../../dev/workspace/workspace.ts'
import { describeNotForGuests } from '../../src/slack/access/authorize.ts'
import { headlineOf } from '../support/headline.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'
import { readView } from '../support/view-controls.ts'

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('ravi') }))
  await bot.workspace.waitForReceipt(
    await bot.share('asha', 'a.csv', 'phone,name,branch\n07417119014,Kushal,Pune\n'),
  )
})
afterAll(() => bot.stop())
beforeEach(async () => {
  await bot.workspace.changeRole('ravi', 'member')
})

const answered = ({ answers }: { readonly answers: readonly { readonly text: string }[] }): string =>
  answers.map(({ text }) => text).join('\n')
const shown = (view: ShownView | undefined): string => readView(view, bot.workspace)
let shares = 0

/** Every entry. @returns the reply to ravi */
const ENTRIES: readonly (readonly [string, () => Promise<string>])[] = [
  ['a command', async () => answered(await bot.workspace.command('ravi', 'customers', '/uploads show 1'))],
  [
    'a button',
    async () => answered(await bot.workspace.act('ravi', 'customers', { action: 'undo_ask', value: '1' })),
  ],
  [
    "a message's menu",
    async () => {
      const message = { ts: '1700000000.000100', files: [{ id: 'FNOBODYS', name: 'x.csv' }] }
      return answered(await bot.workspace.pickFromMenu('ravi', 'customers', 'import_file', message))
    },
  ],
  [
    'the shortcut',
    async () => {
      const window = await bot.workspace.openShortcut('ravi', 'lookup_customer')
      if (!window) return 'no window'
      return shown(await bot.workspace.submit('ravi', window, '07417119014'))
    },
  ],
  ['the App Home', async () => shown(await bot.workspace.openHome('ravi'))],
  [
    'a shared file',
    async () => {
      shares += 1
      const share = await bot.share('ravi', `r${shares}.csv`, `phone,name\n982009820${shares},R\n`)
      return (await bot.workspace.waitForReceipt(share)).text
    },
  ],
]
const NOTHING = new RegExp(`${headlineOf(describeNotForGuests())}|shared_by_guest`)

/** Slack's cached answer expires after five minutes. */
async function letTimePass(): Promise<void> {
  await bot.models.members.updateMany({}, { until: new Date(Date.now() - 1_000) })
}

describe('somebody who changes', () => {
  it.each(ENTRIES)('from a member to a guest gets nothing by %s from then on', async (_, enter) => {
    expect(await enter()).not.toMatch(NOTHING)

    expect(await bot.workspace.changeRole('ravi', 'guest')).toMatchObject({ status: 200 })

    expect(await enter()).toMatch(NOTHING)
  })

  it.each(ENTRIES)('from a guest to a member gets an answer by %s from then on', async (_, enter) => {
    await bot.workspace.changeRole('ravi', 'guest')
    expect(await enter()).toMatch(NOTHING)

    expect(await bot.workspace.changeRole('ravi', 'member')).toMatchObject({ status: 200 })

    // The cleared page may still be on its way.
    await expect.poll(enter, { timeout: 45_000 }).not.toMatch(NOTHING)
  })

  it.each<PersonRole>(['deactivated', 'single_channel_guest', 'stranger', 'of_another_organisation'])(
    'from a member to one who is %s gets nothing from then on',
    async (role) => {
      const [, enter] = ENTRIES[0] ?? []
      expect(await enter?.()).toContain('a.csv')

      await bot.workspace.changeRole('ravi', role)

      expect(await enter?.()).toMatch(NOTHING)
    },
  )

  it.each(ENTRIES)('unheard gets nothing by %s once the time has passed', async (_, enter) => {
    expect(await enter()).not.toMatch(NOTHING)
    expect(await bot.workspace.changeRole('ravi', 'guest', { announce: false })).toBeUndefined()
    expect(await enter()).not.toMatch(NOTHING)

    await letTimePass()

    expect(await enter()).toMatch(NOTHING)
  })

  it.each(['/customer forget 07417119014', '/uploads export'])(
    'is an admin no more, unheard, and gets nothing by %s at once: Slack is asked anew',
    async (command) => {
      const type = async () => answered(await bot.workspace.command('ravi', 'customers', command))
      // The process uses the cached answer about ravi.
      expect(answered(await bot.workspace.command('ravi', 'customers', '/uploads show 1'))).toContain('a.csv')
      await bot.workspace.changeRole('ravi', 'guest', { announce: false })

      expect(await type()).toMatch(/^Only a member of this workspace can /)
      expect(await type()).toMatch(NOTHING)
    },
  )

  it('is an admin no more, unheard, and forgets nobody by the button of before', async () => {
    const asked = await bot.workspace.command('ravi', 'customers', '/customer forget 07417119014', {
      isLate: true,
    })
    const control = findControl(asked.answers, 'Forget for good')
    if (!control) throw new Error('nothing was asked')
    await bot.workspace.changeRole('ravi', 'guest', { announce: false })

    expect(answered(await bot.workspace.act('ravi', 'customers', control))).toMatch(
      /^Only a member of this workspace can /,
    )
    expect(await bot.models.customers.collection.countDocuments({ primary_phone: '+917417119014' })).toBe(1)
  })

  it('finds their App Home emptied without opening it', async () => {
    expect(shown(await bot.workspace.openHome('ravi'))).toContain('a.csv')

    await bot.workspace.changeRole('ravi', 'guest')

    await expect.poll(() => shown(bot.workspace.home('ravi'))).toMatch(NOTHING)
    expect(shown(bot.workspace.home('ravi'))).not.toContain('a.csv')
  })

  it('in what does not matter here keeps their App Home and their answers', async () => {
    const before = await bot.workspace.openHome('ravi')

    await bot.workspace.changeRole('ravi', 'member')

    expect(await ENTRIES[0]?.[1]()).toContain('a.csv')
    expect(bot.workspace.home('ravi')).toBe(before)
  })
})

describe('a change of somebody the bot never met', () => {
  it('costs no call to Slack and is not remembered', async () => {
    await bot.workspace.openHome('asha')
    const before = await bot.models.members.collection.find().sort({ _id: 1 }).toArray()
    const calls: string[] = []
    const stop = bot.workspace.use(async (call, next) => {
      calls.push(call.path)
      return await next(call)
    })

    for (let at = 0; at < 50; at += 1) {
      const id = `USTRANGER${at}`
      const user = {
        id,
        team_id: bot.workspace.teamId,
        name: `s${at}`,
        deleted: at % 2 === 0,
        is_restricted: true,
      }
      const event = { type: 'user_change', user, event_ts: '1772425800.000100' }
      const envelope = {
        type: 'event_callback',
        event_id: `EvStranger${at}`,
        team_id: bot.workspace.teamId,
        event,
      }
      expect(await bot.workspace.deliver(envelope)).toMatchObject({ status: 200 })
    }
    stop()

    expect(calls).toEqual([])
    expect(await bot.models.members.collection.find().sort({ _id: 1 }).toArray()).toEqual(before)
  })
})

describe('what was asked for before', () => {
  it('is not sent any more where it holds customers', async () => {
    let isFirst = true
    // The progress message comes before the file is made.
    const stop = bot.workspace.use(async (call, next) => {
      if (call.path.startsWith('/responses/') && isFirst) {
        isFirst = false
        await bot.workspace.changeRole('ravi', 'guest')
      }
      return await next(call)
    })
    const before = await bot.models.sentFiles.countDocuments()

    const answer = await bot.workspace.command('ravi', 'customers', '/uploads export')

    await expect.poll(() => answered(answer)).toMatch(/\(.*member.*\)/)
    expect(await bot.models.sentFiles.countDocuments()).toBe(before)
    stop()
  })

  it('goes on where it is a file that others decide upon, also when whoever shared it has left', async () => {
    const share = await bot.share('ravi', 'left.csv', 'Kunde,Erreichbar unter\nMeena,9820098299\n')
    const question = await bot.workspace.waitForReply(share)
    await bot.workspace.changeRole('ravi', 'deactivated')
    const control = findControl([question], 'Erreichbar unter')
    if (!control) throw new Error('nothing was asked')

    await bot.workspace.act('asha', 'customers', control)

    expect((await bot.workspace.waitForReceipt(share)).text).toContain('1 of 1 row imported')
  })
})

describe('with several processes', () => {
  it('a change that one of them hears is in force in all', async () => {
    const { workspace } = bot
    const first = `${bot.address}/slack/events`
    const second = `${await bot.addWorker()}/slack/events`
    const ask = async (address: string) => {
      workspace.connect(address)
      return answered(await workspace.command('ravi', 'customers', '/uploads show 1'))
    }
    expect(await ask(first)).toContain('a.csv')
    expect(await ask(second)).toContain('a.csv')

    workspace.connect(second)
    await workspace.changeRole('ravi', 'guest')

    expect(await ask(first)).toMatch(NOTHING)
    expect(await ask(second)).toMatch(NOTHING)
    workspace.connect(first)
  })

  it('asks Slack about somebody once, whichever is asked', async () => {
    let calls = 0
    const stop = bot.workspace.use(async (call, next) => {
      if (call.path.startsWith('/api/users.info')) calls += 1
      return await next(call)
    })

    for (const _ of [1, 2, 3]) await bot.workspace.command('ravi', 'customers', '/uploads')

    expect(calls).toBe(1)
    stop()
  })
})
