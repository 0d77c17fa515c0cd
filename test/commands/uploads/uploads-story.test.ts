import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { labelsOf, openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

const HEADER = 'Name,Phone,City,Due Amount'

let lists: SharedLists
let sent: { user: string; name: string; comment: string; text: string }[]

beforeAll(async () => {
  lists = await openSharedLists()
  await lists.share('UASHA', '2026-01-10T09:00:00', [
    HEADER,
    'Kushal,07417119014,Pune,100',
    'Meena,9000000101,Chennai,200',
    'Imran,9000000102,Surat,300',
    '=Kamal,9000000103,Goa,400',
  ])
  await lists.share('URAVI', '2026-01-19T09:00:00', [
    HEADER,
    'Kushal,7417119014,Mumbai,',
    'Kushal,7417119014,,150',
    'Meena,9000000101,,200',
    'Nisha,9000000108,Jaipur,500',
    'Nobody,12345,Nowhere,1',
  ])
  await lists.share('URAVI', '2026-01-20T09:00:00', [HEADER])
}, 120_000)
afterAll(() => lists.close())
beforeEach(() => {
  sent = []
  lists.deps = {
    ...lists.deps,
    sendPrivateFile: async (user, { path, name, comment }) => {
      sent.push({ user, name, comment, text: await readFile(path, 'utf8') })
      return {}
    },
  }
})

const answer = async (text: string) => plain(await lists.ask(text))

describe('/uploads show', () => {
  it.each(['show 2', 'show #2', 'SHOW no. 2', '2', '#2', 'show 2.'])(
    'shows the receipt again: %s',
    async (text) => {
      const shown = await answer(`/uploads ${text}`)

      expect(shown).toContain('#2 list-2.csv: 4 of 5 rows')
      expect(shown).toMatch(/^• Line 6: /m)
      expect(shown).toMatch(/@URAVI, 19 Jan 2026/)
    },
  )

  it('tells what changed, by field, with examples', async () => {
    const shown = await answer('/uploads show 2')

    expect(shown).toMatch(/City +1 +line 2: Pune → Mumbai/)
    expect(shown).not.toContain('Jaipur')
  })

  it.each(['show last', 'show latest', 'last', 'the latest one'])(
    'knows the latest one: %s',
    async (text) => {
      expect(await answer(`/uploads ${text}`)).toContain('list-3.csv')
    },
  )

  it('hands the rows to correct to the asker alone', async () => {
    const shown = await lists.ask('/uploads show 2')
    const output = await lists.press(shown, 'Send me the rows to correct', { user: 'UMEERA' })

    expect(plain(output)).toContain('list-2 - rows to correct.csv')
    expect(output.visibility).toBe('asker')
    expect(sent).toMatchObject([{ user: 'UMEERA', name: 'list-2 - rows to correct.csv' }])
    expect(sent[0]?.text).toContain('12345')
  })

  it('offers a comparison with the list before', async () => {
    const shown = await lists.ask('/uploads show 2')

    expect(plain(await lists.press(shown, 'Compare with #1'))).toMatch(/^#2 list-2\.csv .*#1 list-1\.csv\n/)
    expect(labelsOf(await lists.ask('/uploads show 1'))).not.toContain('Compare with #0')
  })

  it('is shared with the name of whoever shared it', async () => {
    const shared = await lists.press(await lists.ask('/uploads show 2'), 'Share in channel', {
      user: 'UASHA',
    })

    expect(shared.visibility).toBe('channel')
    expect(plain(shared)).toContain('4 of 5 rows')
    expect(plain(shared)).toContain('@UASHA')
  })

  it.each([
    ['show', ''],
    ['show 99', '#99'],
    ['show 99999999999999999999', '"99999999999999999999"'],
  ])('says what it needs: %s', async (text, words) => {
    const shown = await answer(`/uploads ${text}`)

    expect(shown).toContain(words)
    expect(shown).toContain('/uploads show 42')
  })
})

describe('a person by their name in Slack', () => {
  const names = new Map([
    ['UASHA', ['asha', 'Asha Rao']],
    ['URAVI', ['ravi.k', 'Ravi Kumar']],
    ['URAVINA', ['ravina']],
  ])

  it.each([
    ['by ravi', '2 uploads by @URAVI'],
    ['by Kumar', '2 uploads by @URAVI'],
    ['by asha', '1 upload by @UASHA'],
    ['by priya', 'Nobody called "priya" uploaded a file lately.'],
  ])('%s', async (text, printed) => {
    lists.deps = {
      ...lists.deps,
      namesOf: async (users) => new Map(users.map((user) => [user, names.get(user) ?? []])),
    }

    expect((await answer(`/uploads ${text}`)).split('\n')[0]).toBe(printed)
  })
})

describe('a file by its name', () => {
  it('is shown where one is called so, and picked from where several are', async () => {
    expect(plain(await lists.ask('/uploads show list-1'))).toContain('#1')
    expect(plain(await lists.ask('/uploads LIST-1.CSV'))).toContain('#1')
    const several = await lists.ask('/uploads show list')
    expect(plain(several)).toMatch(/3 files are called "list"\. Which one\?/)
    expect(plain(await lists.press(several, '#2'))).toContain('#2')
  })

  it('is not found in one line', async () => {
    const reply = await lists.ask('/uploads show nonsense')

    expect(plain(reply)).toBe('No file is called "nonsense".')
    expect(labelsOf(reply)).toEqual(['Latest uploads'])
  })
})

describe('/uploads recent', () => {
  it.each([
    ['recent', [3, 2, 1]],
    ['recent 2', [3, 2]],
    ['recent 0', [3]],
    ['recent <@UASHA|asha>', [1]],
    ['recent by <@URAVI>', [3, 2]],
    ['recent me', [1]],
    ['recent failed', [3]],
    ['recent today', [3]],
    ['recent since yesterday', [3, 2]],
    ['recent yesterday', [2]],
    ['recent on 19 Jan', [2]],
    ['recent last week', []],
    ['recent this week', [3, 2]],
    ['recent last 7 days', [3, 2]],
    ['recent this month', [3, 2, 1]],
    ['recent january', [3, 2, 1]],
    ['recent from 10 Jan to 19 Jan', [2, 1]],
    ['today', [3]],
    ['yesterday', [2]],
    ['monday', [2]],
    ['last 7 days', [3, 2]],
    ['failed this week', [3]],
    ['by <@URAVI> today', [3]],
    ['my files', [1]],
    ['recent today failed by <@URAVI>', [3]],
    ['recent since 15 Jan', [3, 2]],
    ['recent since last monday', [3, 2]],
    ['recent 1 <@URAVI> since 10/01/2026', [3]],
    ['recent failed since yesterday by <@URAVI>', [3]],
    ['recent URAVI', [3, 2]],
  ])('%s lists %j', async (text, numbers) => {
    const shown = plain(await lists.ask(`/uploads ${text}`, { user: 'UASHA' }))

    expect([...shown.matchAll(/^ {2}#(\d+)/gm)].map(([, number]) => Number(number))).toEqual(numbers)
  })

  it.each([
    ['recent since blursday', 'since 15 Jan', 'Latest uploads'],
    ['recent faild', '/uploads failed', '/uploads failed'],
    ['recent todya', '/uploads today', '/uploads today'],
    ['recent $where', '"$where" was not understood', 'Latest uploads'],
    ['recent -5', '"-5" was not understood', 'Latest uploads'],
    ['recent on blursday', 'on 15 Jan', 'Latest uploads'],
  ])('is one line for what is not understood, with a list that works: %s', async (text, words, button) => {
    const reply = await lists.ask(`/uploads ${text}`)

    expect(plain(reply)).toContain(words)
    expect(plain(reply).split('\n')).toHaveLength(1)
    expect(labelsOf(reply)).toEqual([button])
    expect(plain(await lists.press(reply, button))).toMatch(/upload/i)
  })

  it('says so when there is none, and how a person is named', async () => {
    const shown = await answer('/uploads recent priya')

    expect(shown.split('\n')[0]).toContain('"priya"')
    expect(shown).toContain('/uploads recent @priya')
  })

  it('opens one from the list, and shares the list', async () => {
    const list = await lists.ask('/uploads recent failed')

    expect(plain(await lists.press(list, '#3'))).toContain('list-3.csv')
    expect(plain(await lists.press(list, 'Share in channel', { user: 'UASHA' }))).toContain('@UASHA')
  })
})

describe('/uploads compare', () => {
  it.each([
    'compare 2 1',
    'compare #2 #1',
    'compare 2 with 1',
    'compare 2 vs. #1',
    'compare 2, 1',
    'compare 2',
  ])('tells new, missing and changed apart: %s', async (text) => {
    const shown = await answer(`/uploads ${text}`)

    expect(shown).toMatch(/New, only in #2 +1\n/)
    expect(shown).toMatch(/Missing, only in #1 +2\n/)
    expect(shown).toMatch(/In both, changed +1\n/)
    expect(shown).toMatch(/In both, unchanged +1\n/)
    expect(shown).toContain('Nisha · +91 90000 00108')
    expect(shown).toContain('Kushal · +91 74171 19014: City Pune → Mumbai, Amount due 100.00 → 150.00')
  })

  it('gives the full lists to the asker alone, safe to be opened in a spreadsheet', async () => {
    const shown = await lists.ask('/uploads compare 2 1', { user: 'UMEERA' })

    expect(plain(shown)).toContain('compare-2-with-1.csv')
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({ user: 'UMEERA', name: 'compare-2-with-1.csv' })
    expect(sent[0]?.text.split('\r\n')).toEqual([
      '\uFEFFwhat,phone,name,line,field,#1,#2',
      "changed,'+917417119014,Kushal,2,City,Pune,Mumbai",
      "changed,'+917417119014,Kushal,2,Amount due,100,150",
      "new,'+919000000108,Nisha,5,,,",
      "missing,'+919000000102,Imran,4,,,",
      "missing,'+919000000103,'=Kamal,5,,,",
      '',
    ])
  })

  it('opened by a button sends the full lists when asked for them', async () => {
    const opened = await lists.press(await lists.ask('/uploads show 2'), 'Compare with #1')
    expect(sent).toEqual([])

    const message = await lists.press(opened, 'Send me the full lists', { user: 'UMEERA' })

    expect(plain(message)).toContain('compare-2-with-1.csv')
    expect(sent).toMatchObject([{ user: 'UMEERA' }])
  })

  it('is shared without the file', async () => {
    const shown = await lists.ask('/uploads compare 2 1')
    sent.length = 0
    const shared = await lists.press(shown, 'Share in channel', { user: 'UASHA' })

    expect(plain(shared)).toMatch(/New, only in #2 +1/)
    expect(plain(shared)).not.toContain('compare-2-with-1.csv')
    expect(sent).toEqual([])
  })

  it('says so when Slack does not take the file', async () => {
    lists.deps = { ...lists.deps, sendPrivateFile: async () => ({ refused: 'messages_tab_disabled' }) }

    const shown = await answer('/uploads compare 2 1')

    expect(shown).toContain('messages_tab_disabled')
    expect(shown).toMatch(/New, only in #2 +1/)
  })

  it.each([
    ['compare', '/uploads compare 42 41'],
    ['compare 2 2', '#2'],
    ['compare 2 3', '#3'],
    ['compare 2 99', '#99'],
    ['compare 1', '#1'],
    ['compare apples pears', '"apples"'],
  ])('says what it needs and compares nothing: %s', async (text, about) => {
    const reply = await lists.ask(`/uploads ${text}`)

    expect(plain(reply).split('\n').join(' ')).toContain(about)
    expect(reply.parts.map(({ kind }) => kind)).not.toContain('facts')
  })

  it('agrees with lists in memory, however long they are, and says that it takes a while', async () => {
    const phone = (index: number) => `9${String(100_000_000 + index)}`
    const list = (from: number, to: number, city: (index: number) => string) =>
      Array.from({ length: to - from }, (_, at) => `P${from + at},${phone(from + at)},${city(from + at)},1`)
    const first = await lists.share('UASHA', '2026-01-20T10:00:00', [
      HEADER,
      ...list(0, 11_000, () => 'Pune'),
    ])
    const second = await lists.share('UASHA', '2026-01-20T11:00:00', [
      HEADER,
      ...list(700, 12_000, (index) => (index % 3 === 0 ? 'Goa' : 'Pune')),
    ])
    const described: string[] = []
    const report = async (reply: Parameters<typeof plain>[0]) => void described.push(plain(reply))

    const shown = plain(
      await lists.ask(`/uploads compare ${second.number} ${first.number}`, { post: report }),
    )

    expect(described).toEqual([expect.stringMatching(`#${second.number} .*#${first.number}`)])
    expect(shown).toMatch(/New, only in #\d+ +1,000\n/)
    expect(shown).toMatch(/Missing, only in #\d+ +700\n/)
    expect(shown).toMatch(/In both, changed +3,433\n/)
    expect(shown).toMatch(/In both, unchanged +6,867\n/)
    expect(sent[0]?.text.split('\r\n').length).toBe(1 + 1_000 + 700 + 3_433 + 1)
  }, 120_000)
})

describe('/uploads', () => {
  it.each([
    ['recnet', '/uploads recent', ['/uploads recent']],
    ['shwo 2', '/uploads show 2', ['/uploads show 2']],
    ['comapre 2 1', '/uploads compare 2 1', ['/uploads compare 2 1']],
    ['2 1', '/uploads compare 2 1', ['/uploads compare 2 1']],
    ['list-1', '"list-1"', ['/uploads show 1']],
    // Forms that change or export something are never buttons.
    ['udno 2', '/uploads undo 2', ['/uploads show 2']],
    ['delete 2', '/uploads undo 2', ['/uploads show 2']],
    ['delete 99', '/uploads undo 99', ['Show what works']],
    ['udno last', '/uploads undo last', ['Show what works']],
    ['who', '/uploads who uploaded today', ['/uploads who uploaded today']],
    ['count by cty', '/uploads count by city', ['/uploads count by city']],
    ['count without emial', '/uploads count without email', ['/uploads count without email']],
    ['count due', '/uploads count due this week', ['/uploads count due this week']],
    ['count not refreshed', 'not refreshed for 30 days', ['/uploads count not refreshed for 30 days']],
    ['count today', '/uploads count since today', ['/uploads count since today']],
    ['exprot', '/uploads export', ['Show what works']],
    ['cuont by city', '/uploads count by city', ['/uploads count by city']],
    ['gibberish', '"gibberish"', ['Show what works']],
    ['merge 2 and 1', '"merge 2 and 1"', ['Show what works']],
  ])('answers "%s" with one line, and the nearest that works', async (text, words, buttons) => {
    const reply = await lists.ask(`/uploads ${text}`)

    expect(plain(reply)).toContain(words)
    expect(plain(reply).split('\n')).toHaveLength(1)
    expect(labelsOf(reply)).toEqual(buttons)
  })

  it('lists what there is behind the button', async () => {
    const help = plain(await lists.press(await lists.ask('/uploads gibberish'), 'Show what works'))

    for (const word of ['recent', 'show', 'compare', 'count', 'mapping', 'undo'])
      expect(help).toContain(`/uploads ${word}`)
  })
})
