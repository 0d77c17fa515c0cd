import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ACTIONS } from '../../commands/actions/actions.ts'
import { findControl } from '../../dev/demo/demo-controls.ts'
import { createLog } from '../../src/monitoring/log.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

/** The customers' data in the files below, whole or in part. */
const CUSTOMERS =
  /74171|17119014|98200|kushal|sharma|lata|@example\.com|SL-1001|Nagpur|Shivaji|31-31-2026|9\.17417/i

let bot: PlayedBot
const lines: string[] = []

/** A day with all kinds of failures, logged at the finest level. */
beforeAll(async () => {
  const log = createLog('trace', { destination: { write: (line) => lines.push(line) } })
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('meera'), GUARD: 'off' }), log)
  const { workspace } = bot
  const share = async (person: string, name: string, ...rows: string[]) =>
    await workspace.waitForReply(await bot.share(person, name, rows.join('\n')))
  const type = (person: string, text: string, channel = 'customers') =>
    workspace.command(person, channel, text)

  await share(
    'asha',
    'kushal 07417119014.csv',
    'phone,name,e-mail,loan id,city,address,due date',
    '07417119014,Kushal Sharma,kushal@example.com,SL-1001,Nagpur,1 Shivaji Road,2026-01-31',
    '9820098200,Lata,lata@example.com,,Nagpur,,31-31-2026',
    '9.17417E+11,Kushal Sharma,,,,,',
    '74171,Kushal Sharma,,,,,',
  )
  await share('ravi', 'b.csv', 'phone,name', '07417119014,Kushal S', '9820098200,Lata M')
  await share('ravi', 'question.csv', 'Kunde,Erreichbar unter', 'Kushal,07417119014')
  await share('ravi', 'broken.csv', 'name,city', 'Kushal Sharma,Nagpur')
  await share('ravi', 'kushal.xlsx.csv', 'PK\u0003\u0004 Kushal Sharma 07417119014')
  for (const text of [
    '/customer 07417119014',
    '/customer 9820098200 on yesterday',
    '/customer history +91 74171 19014',
    '/customer kushal sharma',
    '/customer kushal@example.com',
    '/customer {"$gt":"07417119014"}',
    '/uploads compare 2 1',
    '/uploads show 1',
    '/uploads 07417119014',
    '/uploads export',
  ]) {
    await type('meera', text)
    await type('ravi', text, 'gossip')
  }
  for (const { name: action } of ACTIONS)
    await workspace.act('ravi', 'customers', { action, value: 'customer:+917417119014:Kushal' })
  await workspace.act('ravi', 'customers', { action: 'undo_confirm', value: '2' })

  // Drivers quote their input.
  const quoting = new Error(
    'E11000 duplicate key: { primary_phone: "+917417119014", full_name: "Kushal Sharma" }',
  )
  const failing = (['find', 'findOne', 'aggregate'] as const).map((method) =>
    vi.spyOn(bot.models.customers.collection, method).mockImplementation(() => {
      throw Object.assign(quoting, { name: 'MongoServerError', code: 1 })
    }),
  )
  await type('meera', '/customer 07417119014')
  for (const spy of failing) spy.mockRestore()
  const [question] = (
    await workspace.command('meera', 'customers', '/customer forget 07417119014', { isLate: true })
  ).answers
  const button = question && findControl([question], 'Forget for good')
  if (button) await workspace.act('meera', 'customers', button)
  await bot.stop()
}, 120_000)

afterAll(() => {
  lines.length = 0
})

describe('the log of a day', () => {
  it('says what was done', () => {
    const text = lines.join('')
    for (const message of [
      'share queued',
      'upload done',
      'upload failed',
      'command answered',
      'action answered',
      'command failed',
    ])
      expect(text).toContain(message)
    expect(lines.length).toBeGreaterThan(50)
  })

  it('holds no phone, no name and no other value of a customer, whole or in part', () => {
    // Times and random ids contain digits of their own.
    const shown = lines.map((line) => line.replace(/"time":\d+|"reference":"\w+"/g, ''))

    expect(shown.filter((line) => CUSTOMERS.test(line))).toEqual([])
  })

  it('holds no token and no secret', () => {
    expect(lines.filter((line) => /xox[a-z]-|xapp-|signing-secret/.test(line))).toEqual([])
  })
})
