import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { queueSwitch } from '../../../src/uploads/record-kinds/switch-request.ts'
import { eventually } from '../../support/eventually.ts'
import { openSharedLists, plain, type SharedLists } from '../support/shared-lists.ts'

const HEADER = 'Phone,Name,City'
let lists: SharedLists

beforeAll(async () => {
  lists = await openSharedLists()
  await lists.share('U1', '2026-01-10T09:00', [
    HEADER,
    '07417119014,Kushal Sharma,Pune',
    '9820098200,Asha,Goa',
  ])
  await lists.share('U2', '2026-01-12T09:00', [HEADER, '07417119014,Kushal Sharma,Mumbai'])
  const asker = { user: 'asha', name: 'switch', now: new Date('2026-01-14T09:00:00+05:30') }
  const { _id } = await queueSwitch(lists.models, 'one_per_upload', asker)
  const findOver = () => lists.models.fileUploads.collection.findOne({ _id, finished_at: { $exists: true } })
  await eventually(findOver, 'the switch did not end')
})
afterAll(() => lists.close())

describe('a phone with several records', () => {
  it('is a list to pick from, the latest first', async () => {
    const reply = await lists.ask('/customer 07417119014')

    expect(plain(reply)).toMatch(
      /2 records with this number[\s\S]*Mumbai.*list-2\.csv.*\n.*Pune.*list-1\.csv/,
    )
    const card = await lists.press(reply, 'Kushal Sharma · list-1.csv')
    expect(plain(card)).toMatch(/City +Pune/)
    expect(plain(await lists.press(card, 'All 2 records'))).toContain('2 records with this number')
  })

  it('tells of one of them which file brought what, also where another had said it before', async () => {
    const reply = await lists.ask('/customer 07417119014')
    const card = await lists.press(reply, 'Kushal Sharma · list-2.csv')

    expect(plain(await lists.press(card, 'Where from?'))).toMatch(
      /Name +Kushal Sharma +list-2\.csv \(#2\), line 2/,
    )
  })

  it('is one person in a search', async () => {
    expect(plain(await lists.ask('/customer kush'))).toContain('2 records with this number')
  })

  it('was one on a day before the switch', async () => {
    const text = plain(await lists.ask('/customer 07417119014 on 2026-01-10'))

    expect(text).toContain('As it was at the end of')
    expect(text).toMatch(/City +Pune/)
  })

  it('is several on a day after it', async () => {
    const text = plain(
      await lists.ask('/customer 07417119014 on 2100-01-01', { now: new Date('2100-01-02T00:00:00Z') }),
    )

    expect(text).toContain('The 2 records at the end of')
    expect(text).toMatch(/City +Mumbai[\s\S]*City +Pune/)
  })

  it('shows a switch among the uploads, with its figures', async () => {
    expect(plain(await lists.ask('/uploads recent'))).toContain('2 records became 3')
    expect(plain(await lists.ask('/uploads show 3'))).toMatch(/Records before +2[\s\S]*Records after +3/)
    expect(plain(await lists.ask('/uploads undo 3'))).toContain('npm run records -- one-per-phone')
  })
})
