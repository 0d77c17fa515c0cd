import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PlayedBot, playWorkspace } from '../support/play-workspace.ts'

const KUSHAL = '+917417119014'
const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  '$where',
  '$set',
  'a.b.c',
  '_id',
  'first_uploaded_at',
  'upload_count',
  'attributes',
] as const
const CELLS = [
  '{"$gt":""}',
  '$primary_phone',
  '$$ROOT',
  '{"__proto__":{"isAdmin":true}}',
  "'; return true; //",
  '../../etc/passwd',
  '$CLEAR',
  '[object Object]',
  'constructor',
  '1e309',
  '<script>alert(1)</script>',
] as const

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace()
})
afterAll(() => bot.stop())

const findCustomer = async (phone = KUSHAL) => {
  const customer = await bot.models.customers.collection.findOne({ primary_phone: phone })
  if (!customer) throw new Error(`there is no ${phone}`)
  return customer as unknown as Record<string, unknown> & { attributes: Record<string, unknown> }
}

describe('a file made to do harm', () => {
  it('gets its headers and cells stored as text, and reaches nothing else', async () => {
    const quote = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join()
    const text = [
      ['phone', ...NAMES],
      ['07417119014', ...CELLS],
      ['9820098200', ...CELLS],
    ].map(quote)
    const other = await bot.share('asha', 'other.csv', 'phone,name\n9820098201,Lata\n')
    await bot.workspace.waitForReceipt(other)
    const before = await findCustomer('+919820098201')

    const share = await bot.share('asha', 'hostile.csv', text.join('\n'))
    const receipt = await bot.workspace.waitForReceipt(share)
    // Again with other values, so that updates are covered.
    await bot.workspace.waitForReceipt(
      await bot.share('ravi', 'again.csv', text.join('\n').replaceAll('$primary_phone', '$full_name')),
    )

    expect(receipt.text).toMatch(/2 of 2 rows/)
    const { attributes, ...customer } = await findCustomer()
    expect(customer).toMatchObject({ primary_phone: KUSHAL, upload_count: 2 })
    expect(customer.first_uploaded_at).toBeInstanceOf(Date)
    expect(Object.keys(attributes)).toHaveLength(NAMES.length)
    expect(Object.values(attributes).every((value) => typeof value === 'string')).toBe(true)
    expect(Object.keys(attributes).filter((name) => /[$.]|^__|^constructor$/.test(name))).toEqual([])
    expect(Object.values(attributes)).toEqual(
      expect.arrayContaining(['{"$gt":""}', '$full_name', '$$ROOT', '$CLEAR']),
    )
    expect(await findCustomer('+919820098201')).toEqual(before)
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined()
    expect(Object.prototype.toString.call([])).toBe('[object Array]')
  })

  it.each([
    ['a name that is a pattern', 'phone,name\n9820098202,".*"\n'],
    ['a phone that is a query', 'phone,name\n"{""$ne"":null}",Nobody\n9820098203,Lata\n'],
    ['a bidirectional override in a name', 'phone,name\n9820098204,\u202Egro.live\u202C\n'],
  ])('is imported or refused row by row: %s', async (_, text) => {
    const receipt = await bot.workspace.waitForReceipt(await bot.share('asha', 'odd.csv', text))

    expect(receipt.text).toMatch(/1 of [12] rows?/)
  })
})

describe('a command typed to do harm', () => {
  it.each([
    '/customer {"$ne":null}',
    '/customer .*',
    '/customer $where',
    '/customer __proto__',
    '/customer ^',
    `/customer ${'('.repeat(2_000)}`,
    `/customer ${'9'.repeat(8_000)}`,
    '/uploads {"$gt":0}',
    '/uploads show __proto__',
    '/uploads undo {"$gt":0}',
    `/uploads ${'a'.repeat(8_000)}`,
  ])('is answered in words, with nobody in it: %s', async (text) => {
    const started = process.cpuUsage()

    const { status, answers } = await bot.workspace.command('ravi', 'customers', text)

    expect(status).toBe(200)
    expect(answers).toHaveLength(1)
    expect(answers[0]).toMatchObject({ visibility: 'asker' })
    expect(JSON.stringify(answers)).not.toMatch(/98200|Lata/)
    // Processor time, which the machine's other work does not lengthen.
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000)
  })
})
