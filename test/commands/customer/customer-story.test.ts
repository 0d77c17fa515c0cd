import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ACTIONS } from '../../../commands/actions/actions.ts'
import type { Reply } from '../../../commands/reply/reply.ts'
import { findButton, labelsOf, openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

const HEADER = 'Name,Phone,Email,City,Loan ID,Due Date'
const KUSHAL = '+91 74171 19014'

let lists: SharedLists

beforeAll(async () => {
  lists = await openSharedLists()
  await lists.share('UASHA', '2026-01-10T09:00:00', [
    HEADER,
    'Kushal Sarma,07417119014,kushal@example.com,Pune,SL-1001,05/03/2026',
    'Meena Sharma,9000000101,,Chennai,SL-1002,',
    "Rohan D'Souza,9000000102,rohan@example.com,Panaji,9000000555,",
  ])
  await lists.share('URAVI', '2026-01-12T23:30:00', [HEADER, 'Kushal Sharma,+91 74171-19014,,Mumbai,,'])
  // Kushal is unchanged; Nisha is new.
  await lists.share('URAVI', '2026-01-13T09:00:00', [
    HEADER,
    'Kushal Sharma,7417119014,,Mumbai,,',
    'Nisha Verma,9000000108,,Jaipur,SL-1010,',
  ])
  // The wrong file, undone a day later.
  await lists.share('UASHA', '2026-01-15T09:00:00', [
    HEADER,
    'Wrong Name,7417119014,#CLEAR,Nagpur,,',
    'Wrong Person,9000000199,,Nagpur,SL-9999,',
  ])
  await lists.undo('UASHA', '2026-01-16T09:00:00', 4)
}, 120_000)
afterAll(() => lists.close())

const answer = async (text: string) => plain(await lists.ask(text))
const factsIn = (text: string) => text.split('\n').filter((line) => /^ {2}\S/.test(line))

const rowsOf = ({ parts }: Reply) => parts.flatMap((part) => (part.kind === 'table' ? part.rows : []))

describe('a customer on a day', () => {
  it.each([
    ['on 2026-01-10', 'Kushal Sarma', 'Pune'],
    ['on 11 Jan', 'Kushal Sarma', 'Pune'],
    // Ravi shared at 23:30: in UTC, the 12th has six hours left.
    ['on 12/01/2026', 'Kushal Sharma', 'Mumbai'],
    ['last wednesday', 'Kushal Sharma', 'Mumbai'],
    ['on 15 January', 'Wrong Name', 'Nagpur'],
    ['4 days ago', 'Kushal Sharma', 'Mumbai'],
    ['yesterday', 'Kushal Sharma', 'Mumbai'],
    ['today', 'Kushal Sharma', 'Mumbai'],
  ])('is as it was at its end: %s', async (day, name, city) => {
    const text = await answer(`/customer 07417119014 ${day}`)

    expect(text).toContain(`${name} · ${KUSHAL}`)
    expect(text).toMatch(new RegExp(`City +${city}`))
  })

  it('has no value that was cleared by then, and has it again after the undo', async () => {
    expect(await answer('/customer 07417119014 on 15 Jan')).not.toContain('kushal@example.com')
    expect(await answer('/customer 07417119014 on 16 Jan')).toContain('kushal@example.com')
  })

  it('equals the customer as stored when the day is today', async () => {
    const today = await answer('/customer 07417119014 today')
    const card = await answer('/customer 07417119014')

    expect(factsIn(today)).toEqual(factsIn(card))
    expect(factsIn(today)).toHaveLength(5)
  })

  it('says that it was not there yet, and when it came', async () => {
    const text = await answer('/customer 9000000108 on 2026-01-12')

    expect(factsIn(text)).toEqual([])
    expect(text.match(/\+91 90000 00108|1[23] Jan 2026/g)).toEqual([
      '+91 90000 00108',
      '12 Jan 2026',
      '13 Jan 2026',
    ])
  })

  it('is told also of a customer that is gone by now', async () => {
    expect(await answer('/customer 9000000199 on 15 Jan')).toContain('Wrong Person')
    expect(factsIn(await answer('/customer 9000000199 on 16 Jan'))).toEqual([])
    const card = await lists.ask('/customer 9000000199')
    expect(plain(card)).toContain('+91 90000 00199')
    expect(factsIn(plain(card))).toEqual([])
    expect(plain(await lists.press(card, 'History'))).toContain('removed')
  })

  it('is found by name, too', async () => {
    expect(await answer('/customer kushal on 11 Jan')).toContain('Kushal Sarma')
  })

  it('does not see into the future', async () => {
    const { parts } = await lists.ask('/customer 07417119014 on 2030-01-01')

    expect(parts).toMatchObject([{ kind: 'headline', text: expect.stringContaining('1 Jan 2030') }])
  })

  it('asks again for a day nobody can read', async () => {
    const text = await answer('/customer 07417119014 on blursday')

    expect(text).toContain('"blursday"')
    expect(text).toContain('on 2026-01-15')
    expect(factsIn(text)).toEqual([])
  })
})

describe('the history of a customer', () => {
  it('tells the changes newest first, with before and after, and who made them in which file', async () => {
    const text = await answer('/customer history 07417119014')

    const inOrder = ['undo #5 of #4', 'list-4.csv (#4)', 'list-2.csv (#2)', 'list-1.csv (#1)'].map((part) =>
      text.indexOf(part),
    )
    expect(inOrder).toEqual([...inOrder].sort((a, b) => a - b))
    expect(inOrder[0]).toBeGreaterThan(0)
    for (const part of [
      'City: Pune → Mumbai',
      'Name: Kushal Sarma → Kushal Sharma',
      'E-mail: kushal@example.com → –',
      'by @URAVI',
      'created',
      'Due date: 5 Mar 2026',
    ])
      expect(text).toContain(part)
    // An unchanged file is no change.
    expect(text).not.toContain('(#3)')
  })

  it.each(['history', 'History', 'histroy', 'hitory'])(
    'is asked for however the word is typed: %s',
    async (word) => {
      expect(await answer(`/customer ${word} +917417119014`)).toContain(`History of ${KUSHAL}: 4 changes`)
    },
  )

  it.each(['+917417119014 history', '07417119014 histroy', 'kushal history'])(
    'is asked for the other way round, too: %s',
    async (text) => {
      expect(await answer(`/customer ${text}`)).toContain(`History of ${KUSHAL}: 4 changes`)
    },
  )

  it('of a phone no file contained is answered as the phone itself', async () => {
    expect(await answer('/customer history 9999999999')).toBe(await answer('/customer 9999999999'))
  })

  it('asks whose when nobody is named', async () => {
    expect(await answer('/customer history')).toContain('/customer history 07417119014')
  })

  it('is turned page by page', async () => {
    for (let day = 1; day <= 7; day++)
      await lists.share('URAVI', `2026-01-17T09:0${day}:00`, [HEADER, `Pager,9000000777,,City ${day},,`])
    const first = await lists.ask('/customer history 9000000777')
    expect(plain(first)).toContain('7 changes')
    expect(plain(first)).toContain('City 6 → City 7')
    expect(labelsOf(first)).toEqual(['Older', 'Card', 'Share in channel'])

    const second = await lists.press(first, 'Older')
    expect(plain(second)).toContain('City 1 → City 2')
    expect(plain(second)).toContain('created')
    expect(labelsOf(second)).toEqual(['Newer', 'Card', 'Share in channel'])
    expect(plain(await lists.press(second, 'Newer'))).toBe(plain(first))
  })
})

describe('where values come from', () => {
  it('is told field by field: the file, who and when', async () => {
    const card = await lists.ask('/customer 07417119014')
    const sources = plain(await lists.press(card, 'Where from?'))

    expect(sources).toMatch(/Loan ID +SL-1001 +list-1\.csv \(#1\), line 2 +@UASHA +10 Jan 2026/)
    expect(sources).toMatch(/City +Mumbai +list-2\.csv \(#2\), line 2, .*undo #5 +@URAVI +12 Jan 2026/)
  })

  it('leads back to the card', async () => {
    const card = await lists.ask('/customer 07417119014')
    expect(plain(await lists.press(await lists.press(card, 'Where from?'), 'Back'))).toBe(plain(card))
  })

  it('is not made up for a value that no upload brought', async () => {
    await lists.models.customers.collection.updateOne(
      { primary_phone: '+919000000101' },
      { $set: { city: 'Elsewhere', company: 'By hand' } },
    )
    const sources = plain(await lists.press(await lists.ask('/customer 9000000101'), 'Where from?'))

    expect(sources).toMatch(/City +Elsewhere .*–/)
    expect(sources).toMatch(/Company +By hand .*–/)
  })
})

describe('a search', () => {
  it.each([
    'kushal',
    'KUSH',
    'sharma kushal',
    'kushal@example.com',
    'kushal@ex',
    'SL-1001',
    'sl 1001',
    'sl1001',
  ])('shows the one it finds at once: %s', async (text) => {
    expect(await answer(`/customer ${text}`)).toContain(`Kushal Sharma · ${KUSHAL}`)
  })

  it.each(["d'souza", 'dsouza', 'souza', 'D’Souza', 'ROHAN D'])(
    'finds a name with an apostrophe: %s',
    async (text) => {
      expect(await answer(`/customer ${text}`)).toContain("Rohan D'Souza")
    },
  )

  it('finds a loan ID that looks like a phone', async () => {
    expect(await answer('/customer 9000000555')).toContain("Rohan D'Souza")
  })

  it('gives a list to pick from when there are several', async () => {
    const list = await lists.ask('/customer sharma')

    expect(rowsOf(list)).toHaveLength(2)
    expect(plain(await lists.press(list, 'Meena Sharma'))).toContain('Meena Sharma · +91 90000 00101')
  })

  it('says who had the name earlier, or is gone', async () => {
    expect(await answer('/customer sarma')).toContain(`Kushal Sharma · ${KUSHAL}`)
    const gone = await answer('/customer wrong person')
    expect(gone).toContain('+91 90000 00199')
    expect(factsIn(gone)).toEqual([])
    // Both had the name: the list says that it was an earlier one, or that no customer is stored.
    expect(rowsOf(await lists.ask('/customer wrong')).map(([name]) => name)).toEqual([
      expect.stringMatching(/^No name \(.+\)$/),
      expect.stringMatching(/^Kushal Sharma \(.+\)$/),
    ])
  })

  it.each(['zzz', 'zzz yyy', 'nobody@example.com', '.*', 'ku.*al', '$regex'])(
    'finds nobody, and says so in one line with a way to ask: %s',
    async (text) => {
      const reply = await lists.ask(`/customer ${text}`)

      expect(plain(reply)).toMatch(/^No customer was found for/)
      expect(plain(reply).split('\n')).toHaveLength(1)
      expect(plain(await lists.press(reply, 'Show how'))).toContain('/customer 07417119014')
    },
  )

  it.each<[string, string, string]>([
    ['kushal verma', 'kushal', 'Show kushal'],
    ['zzqx kushal', 'kushal', 'Show kushal'],
    ['kushal in goa', 'kushal', 'Show kushal'],
    ['histroy kushal', 'kushal', 'History of kushal'],
  ])('finds nobody, and has the nearest customers as a button: %s', async (text, nearest, label) => {
    const reply = await lists.ask(`/customer ${text}`)

    expect(plain(reply)).toBe(`No customer was found for "${text}". The nearest is "${nearest}".`)
    expect(labelsOf(reply)).toEqual([label])
    expect(reply.trace?.did).toBe('looked_up')
    expect(reply.trace?.customers?.length).toBeGreaterThan(0)
    expect(plain(await lists.press(reply, label))).toContain('74171 19014')
  })

  it('shows the first of many, and says that there are more', async () => {
    const people = Array.from({ length: 25 }, (_, index) => `Zahir No${index},90000010${10 + index},,,,`)
    await lists.share('UASHA', '2026-01-18T09:00:00', [HEADER, ...people])
    const list = await lists.ask('/customer zahir')

    expect(rowsOf(list)).toHaveLength(12)
    // A note below the list says that there are more.
    expect(list.parts.filter(({ kind }) => kind === 'note')).toHaveLength(1)
    const shared = await lists.press(list, 'Share in channel', { user: 'UASHA' })
    expect(rowsOf(shared)).toHaveLength(12)
  })
})

describe('sharing', () => {
  it.each([
    '/customer 07417119014',
    '/customer history 07417119014',
    '/customer 07417119014 on 11 Jan',
    '/customer sharma',
  ])('shows everybody what the asker saw, and who showed it: %s', async (text) => {
    const reply = await lists.ask(text)
    expect(reply.visibility).toBe('asker')

    const shared = await lists.press(reply, 'Share in channel', { user: 'UASHA' })

    expect(shared.visibility).toBe('channel')
    expect(plain(shared)).toContain('@UASHA')
    expect(plain(shared)).toContain(plain(reply).split('\n')[0])
    expect(labelsOf(shared)).toEqual([])
    expect(shared.parts.filter(({ kind }) => kind === 'menu')).toEqual([])
  })

  it('keeps customers out of what buttons carry', async () => {
    for (const text of ['/customer 07417119014', '/customer history 07417119014', '/customer sharma']) {
      const reply = await lists.ask(text)
      const values = reply.parts.flatMap((part) =>
        part.kind === 'buttons'
          ? part.buttons.map(({ value }) => value)
          : part.kind === 'menu'
            ? part.options.map(({ value }) => value)
            : [],
      )
      expect(values.length).toBeGreaterThan(1)
      expect(values.join(' ')).not.toMatch(/7417119014|9000000101|kushal|sharma|meena/i)
    }
  })

  it.each([
    '',
    'customer',
    'customer:7417119014',
    'customer:ffffffffffffffffffffffff',
    'history:ffffffffffffffffffffffff:-1',
    'day:ffffffffffffffffffffffff:soon',
    'people:x,y',
    'upload:abc',
    'upload:999',
    'compare:1',
    'constructor:1',
    '__proto__',
    'customer:%E0%A4%A',
    'x'.repeat(2_000),
  ])('answers a value that is none of ours to the presser alone: %s', async (value) => {
    for (const name of ['open_view', 'pick_view', 'share_view', 'send_failed_rows', 'send_comparison']) {
      const action = ACTIONS.find((one) => one.name === name)
      const input = {
        value,
        team: 'T1',
        channel: 'C1',
        user: 'U1',
        channels: new Set(['C1']),
        now: new Date(),
      }
      const reply = await action?.run(input, lists.deps)

      expect(reply?.visibility).toBe('asker')
      expect(reply?.parts.length).toBeGreaterThan(0)
    }
  })

  it('is of what is there by then', async () => {
    const list = await lists.ask('/customer meena')
    const { value } = findButton(list, 'Share in channel')
    expect(value).toMatch(/^customer:[0-9a-f]{24}$/)
  })
})
