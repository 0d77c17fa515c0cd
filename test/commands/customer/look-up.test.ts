import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Reply } from '../../../commands/reply/reply.ts'
import { openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

const HEADER = 'Name,Phone,Other Phone,Email,City,Loan ID'

let lists: SharedLists

beforeAll(async () => {
  lists = await openSharedLists()
  await lists.share('UASHA', '2026-01-10T09:00:00', [
    HEADER,
    'Kushal Sharma,07417119014,,kushal@example.com,Pune,SL-1001',
    'Meena Sharma,9000000101,9820019014,meena@example.org,Chennai,SL-1002',
    'Asha Kulkarni,9000000102,,asha@mail.example.com,Pune,19015',
    'Delhi Babu,9000000103,,babu@example.com,Navi Mumbai,SL-1004',
    'Rohan Iyer,9000000104,,,New Delhi,SL-1005',
    'Priyanka Deshpande,9000019015,,,Goa,SL-1006',
  ])
  // A known customer's city comes from another file.
  await lists.share('UASHA', '2026-01-12T09:00:00', [HEADER, 'Meena Sharma,9000000101,,,Nagpur,'])
}, 120_000)
afterAll(() => lists.close())

const ask = async (text: string) => await lists.ask(`/customer ${text}`)

/** Names of the people in a reply, a card or a list. */
async function foundBy(text: string): Promise<string[]> {
  const { trace } = await ask(text)
  const customers = await lists.models.customers.collection.find({}).toArray()
  const shown = customers.filter(({ _id }) => trace?.customers?.includes(String(_id)))
  return shown.map(({ full_name }) => String(full_name)).sort()
}

const KUSHAL = ['Kushal Sharma']
const MEENA = ['Meena Sharma']

describe('a customer is found by', () => {
  it.each<[string, string[]]>([
    ['kushal sharma pune', KUSHAL],
    ['pune kushal sharma', KUSHAL],
    ['sharma pune', KUSHAL],
    ['SHARMA in PUNE', KUSHAL],
    ['sharma pun', KUSHAL],
    ['sharma nagpur', MEENA],
    ['pune', ['Asha Kulkarni', 'Kushal Sharma']],
    ['nagpur', MEENA],
    ['navi mumbai', ['Delhi Babu']],
    ['Navi-Mumbai', ['Delhi Babu']],
    ['babu navi mumbai', ['Delhi Babu']],
    // Names come before cities, and `in` marks a city.
    ['delhi', ['Delhi Babu']],
    ['new delhi', ['Rohan Iyer']],
    ['in new delhi', ['Rohan Iyer']],
    ['9014', ['Kushal Sharma', 'Meena Sharma']],
    ['19014', ['Kushal Sharma', 'Meena Sharma']],
    ['119014', KUSHAL],
    ['7119014', KUSHAL],
    ['17119014', KUSHAL],
    ['ending 119014', KUSHAL],
    ['last 4 digits 9014', ['Kushal Sharma', 'Meena Sharma']],
    // A loan ID comes before an ending.
    ['19015', ['Asha Kulkarni']],
    ['019015', ['Priyanka Deshpande']],
    ['19014 kushal', KUSHAL],
    ['meena 19014', MEENA],
    ['19014 pune', KUSHAL],
    ['19014 kushal pune', KUSHAL],
    ['74171 19014 kushal', KUSHAL],
    ['kushal 07417119014', KUSHAL],
    ['*7417119014*', KUSHAL],
    ['*119014', KUSHAL],
    ['74171*', KUSHAL],
    ['+91 74171*', KUSHAL],
    ['@example.com', ['Delhi Babu', 'Kushal Sharma']],
    ['@example.o', MEENA],
    ['sharma @example.com', KUSHAL],
    ['kushal@example.com', KUSHAL],
    ['SL-1001', KUSHAL],
    ['sl 1001', KUSHAL],
    ['loan id SL-1001', KUSHAL],
    ['9820019014', MEENA],
    ['who is kushal sharma?', KUSHAL],
    ['Sharma, Kushal', KUSHAL],
    ['07417119014, 9000000101', ['Kushal Sharma', 'Meena Sharma']],
    ['kushal; meena', ['Kushal Sharma', 'Meena Sharma']],
    ['07417119014 and SL-1002', ['Kushal Sharma', 'Meena Sharma']],
    ['07417119014 9000000101', ['Kushal Sharma', 'Meena Sharma']],
    ['kushal and meena', ['Kushal Sharma', 'Meena Sharma']],
    ['kushal ka number batao', KUSHAL],
    ['mr kushal sharma ji', KUSHAL],
    ["kushal's loan id", KUSHAL],
    ['SL-1001 status', KUSHAL],
    ['all customers in nagpur', MEENA],
    ['nagpur wale customers', MEENA],
    ['7417119014 kaun hai', KUSHAL],
  ])('%s', async (text, names) => {
    expect(await foundBy(text)).toEqual(names)
  })

  it.each<[string, string[]]>([
    ['kushl sharma', KUSHAL],
    ['kushal sharna', KUSHAL],
    ['kushla sharma', KUSHAL],
    ['priynka', ['Priyanka Deshpande']],
    ['desphande', ['Priyanka Deshpande']],
    ['kulkarny', ['Asha Kulkarni']],
    ['kushl sharna pune', KUSHAL],
    ['sharmaa', ['Kushal Sharma', 'Meena Sharma']],
  ])('a name with a wrong letter or two, which the answer says: %s', async (text, names) => {
    expect(await foundBy(text)).toEqual(names)
    expect(plain(await ask(text))).toMatch(/nearest name|name like/)
  })

  it.each<[string, string[]]>([
    ['741711901', KUSHAL],
    ['74171190144', KUSHAL],
    ['900000010', ['Asha Kulkarni', 'Delhi Babu', 'Meena Sharma', 'Rohan Iyer']],
  ])('a phone with a digit too many or too few, which the answer says: %s', async (text, names) => {
    expect(await foundBy(text)).toEqual(names)
    expect(plain(await ask(text))).toMatch(/no whole phone number/)
  })
})

it('nobody is found in a city they moved away from; the nearest is offered', async () => {
  const reply = await ask('sharma in chennai')

  expect(plain(reply)).toBe('No customer was found for "sharma in chennai". The nearest is "sharma".')
  expect(plain(await lists.press(reply, 'Show sharma'))).toContain('2 people found')
})

it('a question is answered without its words, and says what was looked for', async () => {
  expect(plain(await ask('kushal ka number batao'))).toContain('Searched for "kushal".')
  expect(plain(await ask('7417119014 kaun hai'))).not.toContain('is not in its name')
  expect(plain(await ask('kushal sharma'))).not.toContain('Searched for')
})

describe('an answer says', () => {
  const notesOf = (reply: Reply) =>
    reply.parts.flatMap((part) => (part.kind === 'note' && typeof part.text === 'string' ? [part.text] : []))

  it('that another name was typed beside a phone', async () => {
    expect(notesOf(await ask('74171 19014 meena'))).toContain(
      'This is +91 74171 19014. "meena" is not in its name, city or state.',
    )
  })

  it('which of several it did not find', async () => {
    const answer = plain(await ask('07417119014, 9000000999, zzz'))

    expect(answer).toContain('1 of 3 found')
    expect(answer).toMatch(/9000000999 +not found/)
    expect(answer).toMatch(/zzz +not found/)
  })

  it('what it does not do, with the customer as a button', async () => {
    const reply = await ask('merge 07417119014')

    expect(plain(reply)).toBe('/customer cannot do "merge 07417119014". It looks customers up.')
    expect(plain(await lists.press(reply, 'Show 07417119014'))).toContain('Kushal Sharma')
    const two = await ask('merge 07417119014 and 9000000101')
    expect(plain(await lists.press(two, 'Show'))).toMatch(/2 people found/)
    expect(plain(await ask('delete meena and rohan'))).toMatch(/^\/customer cannot do "delete/)
  })
})

describe('several customers at once', () => {
  it('count one by one against what a person may ask in a minute', async () => {
    let left = 2
    const rates = {
      limits: { question: 2, preview: 1 },
      take: async () => (left-- > 0 ? undefined : 30),
    }
    const { deps } = lists
    lists.deps = { ...deps, rates }

    const reply = await ask('07417119014, 9000000101, 9000000102, 9000000103')

    expect(reply.trace).toEqual({ did: 'asked', isRefused: true, why: 'too_many' })
    expect(plain(reply)).not.toContain('Kushal')
    lists.deps = deps
  })

  it('are ten at most, and the answer says how many are left', async () => {
    const terms = Array.from({ length: 13 }, (_, at) => `90000001${10 + at}`)

    expect(plain(await ask(terms.join(', ')))).toMatch(
      /Only the first 10 were looked up\. Type the other 3 again\./,
    )
  })
})
