import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { showMessage } from '../../dev/slack/show-message.ts'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

/** Only Kushal has his name, address, loan ID and birthday; three customers share a name. */
let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace((workspace) => ({ ADMINS: workspace.userId('asha') }))
  const list = [
    'phone,name,email,loan id,date of birth,city,alternate phone,due amount,company,do not call,loan amount,pin code',
    '07417119014,Kushal Sharma,kushal@example.com,SL-1001,1991-02-03,Nagpur,09820098300,7777,Acme Tools,yes,,411 001',
    '09820098201,Gita Rao,gita.a@example.com,SL-1002,1992-02-03,Pune,,1000,ACME-TOOLS,no,4000,411001',
    '09820098202,Gita Rao,gita.b@example.com,SL-1003,1993-02-03,Pune,,2000.50,Acme,no,5000,411-001',
    '09820098203,Gita Rao,,SL-1004,1994-02-03,Pune,,,,,',
  ]
  await bot.workspace.waitForReceipt(await bot.share('asha', 'a.csv', list.join('\n')))
}, 120_000)
afterAll(() => bot.stop())

const read = (answers: readonly object[]) =>
  answers
    .map((answer) =>
      showMessage(answer as Parameters<typeof showMessage>[0], {
        nameOf: bot.workspace.personName,
        timeZone: 'Asia/Kolkata',
      }),
    )
    .join('\n')
/** The count itself, after the progress message. */
async function readCount(answers: readonly object[]): Promise<string> {
  await expect.poll(() => read(answers), { timeout: 45_000 }).toContain('A count is kept for ten minutes.')
  return read(answers)
}
const type = async (text: string) =>
  await readCount((await bot.workspace.command('ravi', 'customers', text)).answers)
const ONE_PERSON = /kushal|gita\.[ab]|SL-?100|199\d-|199\d\b|74171|98200/i

describe('a count of customers', () => {
  it.each(['e-mail', 'name', 'loan id', 'date of birth'])(
    'by %s tells no value that one customer alone has, and stores none',
    async (field) => {
      expect(await type(`/uploads count by ${field}`)).not.toMatch(ONE_PERSON)
      expect(JSON.stringify(await bot.models.askedCounts.collection.find().toArray())).not.toMatch(ONE_PERSON)
    },
  )

  it.each(['email', 'full_name', 'loan_id', 'primary_phone', 'other_phones', 'date_of_birth'])(
    'by %s tells none by a made-up button, either',
    async (field) => {
      for (const value of [`count::${field}`, `count:places=pune:${field}`]) {
        const { answers } = await bot.workspace.act('ravi', 'customers', { action: 'open_view', value })

        expect(await readCount(answers), value).not.toMatch(ONE_PERSON)
      }
    },
  )

  it.each<[string, number]>([
    ['company acme tools', 2],
    ['pin code 411001', 3],
    ['pin code 411 001', 3],
    ['company Acme', 1],
    ['do not call yes', 1],
    ['do not call no', 2],
    ['company acme or do not call yes', 2],
    ['company .*', 0],
  ])('of those with %s', async (asked, customers) => {
    if (customers === 0)
      expect(
        read((await bot.workspace.command('ravi', 'customers', `/uploads count ${asked}`)).answers),
      ).not.toMatch(/[1-4] of 4/)
    else expect(await type(`/uploads count ${asked}`)).toContain(`${customers} of 4 customers: with`)
  })

  it('adds amounts, of all customers and of each city', async () => {
    expect(await type('/uploads count total due amount in pune')).toContain(
      'Amount due: 3,000.50 in total, 1,500.25 on average. 1 customer has none and is left out',
    )
    expect(await type('/uploads count total loan amount by city')).toMatch(/Pune +3 +9,000\.00/)
  })

  it('shows no amount by which the one of a single customer follows from the total', async () => {
    const output = await type('/uploads count total due amount by city')

    expect(output).toContain('Amount due: 10,777.50 in total')
    expect(output).toMatch(/Pune +3 +not shown/)
    expect(output).toMatch(/Nagpur +1 +not shown/)
    const stored = await bot.models.askedCounts.collection.find().toArray()
    expect(JSON.stringify(stored.filter(({ groups }) => groups))).not.toContain('3000.5')
  })

  it.each(['total due amount in nagpur', 'total due amount by city', 'total due amount without city'])(
    'by %s shows and stores no amount that one customer alone has',
    async (asked) => {
      expect(await type(`/uploads count ${asked}`)).not.toMatch(/7,?777\b(?!\.50)/)
      expect(JSON.stringify(await bot.models.askedCounts.collection.find().toArray())).not.toMatch(/\b7777\b/)
    },
  )

  it('adds amounts only, also for a made-up button', async () => {
    const add = async (field: string) =>
      (await bot.workspace.act('ravi', 'customers', { action: 'open_view', value: `count:::${field}` }))
        .answers

    const [sum, name] = [await add('due_amount'), await add('full_name')]

    expect(await readCount(sum)).toContain('Amount due: 10,777.50 in total')
    await expect.poll(() => read(name)).not.toBe('')
    expect(read(name)).not.toContain('in total')
  })

  it('tells values that several customers have, and says where the others are', async () => {
    const output = await type('/uploads count by name')

    expect(output).toMatch(/Gita Rao.*3/s)
    expect(output).toContain('Values that only one customer has are counted under "All others".')
    expect(await type('/uploads count by city')).toMatch(/Nagpur.*1/s)
  })

  it('goes when somebody is forgotten', async () => {
    await type('/uploads count by city')
    expect(JSON.stringify(await bot.models.askedCounts.collection.find().toArray())).toContain('Nagpur')
    const { answers } = await bot.workspace.command('asha', 'customers', '/customer forget 07417119014', {
      isLate: true,
    })
    const value = /[0-9a-f]{32}/.exec(JSON.stringify(answers))?.[0] ?? ''

    await bot.workspace.act('asha', 'customers', { action: 'forget_confirm', value })

    await expect.poll(async () => (await bot.upload(2)).finished_at, { timeout: 45_000 }).toBeDefined()
    expect(JSON.stringify(await bot.models.askedCounts.collection.find().toArray())).not.toContain('Nagpur')
  })
})
