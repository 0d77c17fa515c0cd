import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { describeNotForGuests } from '../../src/slack/access/authorize.ts'
import { createMembers } from '../../src/slack/access/members.ts'
import { headlineOf } from '../support/headline.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

const HOME = { teamId: 'T1', enterpriseId: undefined }
const GRID = { teamId: 'T1', enterpriseId: 'E1' }

type MembersDeps = Parameters<typeof createMembers>[0]

/** Asks about one person whom Slack describes like this. */
async function isMemberNow(person: object, home: ReturnType<MembersDeps['home']>): Promise<boolean> {
  const members = createMembers({
    // Only `users.info` is called.
    client: { users: { info: async () => ({ ok: true, user: person }) } } as unknown as MembersDeps['client'],
    home: () => home,
    store: {
      find: async () => undefined,
      beginAsking: async () => async () => {},
      distrust: async () => undefined,
      noteMove: async () => {},
      countMoves: async () => 0,
    },
  })
  return await members.isMemberNow('U1')
}

describe('who counts as a member', () => {
  it.each([
    ['somebody of the team', { team_id: 'T1' }, HOME, true],
    ['somebody of another team of the same organisation', org('T2', 'E1'), GRID, true],
    ['a guest in several channels', { team_id: 'T1', is_restricted: true }, HOME, false],
    [
      'a guest in one channel',
      { team_id: 'T1', is_restricted: true, is_ultra_restricted: true },
      HOME,
      false,
    ],
    ['a stranger', { team_id: 'T1', is_stranger: true }, HOME, false],
    ['somebody whose account was closed', { team_id: 'T1', deleted: true }, HOME, false],
    ['somebody of another organisation in a shared channel', { team_id: 'T2' }, HOME, false],
    ['somebody of another Enterprise organisation', org('T2', 'E2'), GRID, false],
    ['somebody of whom Slack tells no team', {}, HOME, false],
    [
      'anybody, while the bot does not know its own team',
      {},
      { teamId: undefined, enterpriseId: undefined },
      false,
    ],
  ])('%s', async (_, person, home, isMember) => {
    expect(await isMemberNow(person, home)).toBe(isMember)
  })
})

describe('guests and people of other organisations', () => {
  let bot: PlayedBot
  beforeEach(async () => {
    bot = await playWorkspace()
    await bot.workspace.waitForReceipt(await bot.share('asha', 'a.csv', 'phone,name\n07417119014,Kushal\n'))
  })
  afterEach(() => bot.stop())

  it.each([
    ['a guest', 'guest'],
    ['a stranger', 'of_another_organisation'],
  ] as const)('get nothing: %s types a command, presses a button, shares a file', async (_, role) => {
    const { workspace, models } = bot
    await workspace.changeRole('ravi', role)

    const typed = await workspace.command('ravi', 'customers', '/customer 07417119014')
    const pressed = await workspace.act('ravi', 'customers', { action: 'undo_ask', value: '1' })
    const share = await bot.share('ravi', 'b.csv', 'phone,name\n07417119014,Somebody Else\n')
    const receipt = await workspace.waitForReceipt(share)

    for (const { answers } of [typed, pressed]) {
      expect(answers).toMatchObject([{ visibility: 'asker' }])
      expect(answers[0]?.text).toContain(headlineOf(describeNotForGuests()))
    }
    expect(JSON.stringify([typed, pressed])).not.toContain('Kushal')
    expect(receipt.text).toContain('shared_by_guest')
    expect(await bot.upload(2)).toMatchObject({ status: 'failed', problem: { code: 'shared_by_guest' } })
    expect(await models.customers.collection.find().toArray()).toMatchObject([{ full_name: 'Kushal' }])
  })

  it('get nothing also where Slack does not let the bot ask who they are', async () => {
    bot.workspace.use(async (call, next) =>
      call.path.startsWith('/api/users.info')
        ? Response.json({ ok: false, error: 'missing_scope', needed: 'users:read' })
        : await next(call),
    )

    const { answers } = await bot.workspace.command('ravi', 'customers', '/customer 07417119014')

    expect(answers[0]?.text).toContain('missing_scope')
    expect(answers[0]?.text).not.toContain('Kushal')
  })
})

function org(team: string, enterprise: string) {
  return { team_id: team, enterprise_user: { enterprise_id: enterprise } }
}
