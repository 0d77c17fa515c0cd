import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillCityWords } from '../../../src/migrations/fill-search-words.ts'
import { fillStateWords } from '../../../src/migrations/fill-state-words.ts'
import { removeUnusedNameWords } from '../../../src/uploads/names/index.ts'
import { removeFromBlocks } from '../../../src/uploads/search-blocks/index.ts'
import { labelsOf, openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

const PLACES = [':chennai', ':maharashtra', ':navimumbai', ':pune', ':tamilnadu']
const HEADER = 'Name,Phone,City,State,Loan Amount,Due Amount'

let lists: SharedLists

beforeAll(async () => {
  lists = await openSharedLists()
  lists.deps = { ...lists.deps, admins: new Set(['UADMIN']) }
  await lists.share('UASHA', '2026-01-10T09:00:00', [
    HEADER,
    'Kushal Sharma,07417119014,Pune,Maharashtra,"1,20,000",4500',
    'Meena Sharma,9000000101,Chennai,Tamil Nadu,"85,000",3100',
    'Asha Kulkarni,9000000102,Pune,Maharashtra,"6,00,000",',
    'Delhi Babu,9000000103,Navi Mumbai,Maharashtra,"60,000",2250',
  ])
}, 180_000)
afterAll(() => lists.close())

const admin = { user: 'UADMIN' }
const ask = async (text: string) => await lists.ask(text, admin)
const firstLine = async (text: string) => plain(await ask(text)).split('\n')[0]

describe('a city with wrong letters', () => {
  it.each([
    ['/customer puen', '2 people found in Pune. Nobody fits "puen" exactly'],
    ['/customer kushal puen', 'Kushal Sharma · +91 74171 19014'],
    ['/customer sharma in chenai', 'Meena Sharma · +91 90000 00101'],
    ['/customer navi mumbia', 'Delhi Babu · +91 90000 00103'],
    ['/customer kushl puen', 'Kushal Sharma · +91 74171 19014'],
  ])('finds the people of the nearest one: %s', async (typed, found) => {
    const text = plain(await ask(typed))

    expect(text.split('\n')[0]).toBe(found)
    expect(text).toContain(`Nobody fits "${typed.replace('/customer ', '')}" exactly`)
  })

  it.each([
    ['/customer pune', '2 people found with the city or state "pune"'],
    ['/customer zzqx', 'No customer was found for "zzqx".'],
  ])('is not corrected where it is right or nothing is near: %s', async (typed, line) => {
    expect(await firstLine(typed)).toBe(line)
  })

  it.each([
    ['count puen', 'No customer has the city or the state "puen". The nearest is Pune.'],
    ['count navi', 'No customer has the city or the state "navi". The nearest is Navi Mumbai.'],
    ['count maharastra', 'No customer has the city or the state "maharastra". The nearest is Maharashtra.'],
    [
      'count pune chennai',
      'No customer has the city or the state "pune chennai". The nearest is pune or chennai.',
    ],
    ['count pune or goa', 'No customer has the city or the state "goa".'],
    ['count blah', 'No customer has the city or the state "blah".'],
    ['export blah', 'No customer has the city or the state "blah".'],
    [
      'export puen',
      'No customer has the city or the state "puen". The nearest is Pune: type /uploads export Pune.',
    ],
  ])('is named and not counted: /uploads %s', async (typed, line) => {
    const reply = await ask(`/uploads ${typed}`)

    expect(plain(reply)).toBe(line)
    expect(labelsOf(reply)[0]).toMatch(/^Count /)
  })

  it('leaves the other conditions as they are when its button is pressed', async () => {
    const reply = await ask('/uploads count loan over 5 lakh in puen')

    expect(labelsOf(reply)).toEqual(['Count in Pune'])
    expect(plain(await lists.press(reply, 'Count', admin))).toMatch(
      /^1 of 4 customers: in pune, with loan amount over 5,00,000/,
    )
  })

  it('is the city as customers have it where only the blanks differ', async () => {
    expect(await firstLine('/uploads count navimumbai')).toBe('1 of 4 customers: in Navi Mumbai')
  })
})

describe('amounts', () => {
  it.each([
    ['count loan over 85000', '2 of 4 customers: with loan amount over 85,000'],
    ['count loan at least 85000', '3 of 4 customers: with loan amount at least 85,000'],
    ['count loan amount < 1 lakh', '2 of 4 customers: with loan amount under 1,00,000'],
    ['count loan between 60k and 85k', '2 of 4 customers: with loan amount from 60,000 to 85,000'],
    ['count due amount up to 3100', '2 of 4 customers: with amount due at most 3,100'],
    ['count loan over 1 lakh in pune', '2 of 4 customers: in pune, with loan amount over 1,00,000'],
    ['export loan over 5 lakh', 'Export customers with loan amount over 5,00,000?'],
  ])('/uploads %s', async (typed, line) => {
    expect(await firstLine(`/uploads ${typed}`)).toBe(line)
  })

  it.each(['over 5000', 'loan amount over 50,00', 'loan amount over 50.000', 'loan amount over many'])(
    'that are not clear are not counted: %s',
    async (typed) => {
      expect(await firstLine(`/uploads count ${typed}`)).toMatch(/was not understood/)
    },
  )
})

describe('a state', () => {
  it.each([
    ['maharashtra', '3 people found with the city or state "maharashtra"'],
    ['customers in maharashtra', '3 people found with the city or state "maharashtra"'],
    ['tamil nadu', 'Meena Sharma · +91 90000 00101'],
    ['sharma maharashtra', 'Kushal Sharma · +91 74171 19014'],
    ['sharma from tamilnadu', 'Meena Sharma · +91 90000 00101'],
    ['maharastra', '3 people found in Maharashtra. Nobody fits "maharastra" exactly'],
    ['74171 19014 maharashtra', 'Kushal Sharma · +91 74171 19014'],
  ])('finds its customers: %s', async (typed, line) => {
    expect(await firstLine(`/customer ${typed}`)).toBe(line)
  })
})

describe('the words of cities and states', () => {
  const places = async () =>
    (await lists.models.nameWords.collection.distinct('_id', { _id: /^:/ as never })).map(String).sort()

  it('are stored with the customers, and again by the migrations', async () => {
    expect(await places()).toEqual(PLACES)
    await lists.models.nameWords.collection.deleteMany({})

    for (const fill of [fillCityWords, fillStateWords, fillCityWords, fillStateWords])
      await fill(lists.models)

    expect(await places()).toEqual(PLACES)
  })

  it('go with the last person of a city who is forgotten', async () => {
    const phone = '+919000000101'
    const rows = await lists.models.uploadRows.collection.find({ phone }).toArray()
    await removeFromBlocks(
      lists.models,
      rows.map(({ _id }) => _id),
    )
    await removeUnusedNameWords(lists.models, [':chennai', ':pune'], phone)

    expect(await places()).toEqual(PLACES.filter((word) => word !== ':chennai'))
    await fillCityWords(lists.models)
  })
})
