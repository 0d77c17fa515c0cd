import { afterAll, beforeAll, describe, it } from 'vitest'
import { describeForgetForecast, describeQueuedForget } from '../../commands/receipts/forget-reply.ts'
import type { Reply } from '../../commands/reply/reply.ts'
import { openSharedLists, type SharedLists } from '../commands/support/shared-lists.ts'
import { openReplyTexts } from '../support/reply-texts.ts'
import { sampleUpload } from '../support/sample-upload.ts'

const HEADER = 'Name,Phone,City,Loan ID,Loan Amount,Shirt Size'

let lists: SharedLists

beforeAll(async () => {
  lists = await openSharedLists()
  lists.deps = { ...lists.deps, admins: new Set(['U3']) }
  await lists.share('U1', '2026-01-10T09:00:00', [
    HEADER,
    'Kushal Sarma,07417119014,Pune,SL-1001,"1,20,000.50",M',
    'Meena Sharma,9000000101,Chennai,SL-1002,45000,',
  ])
  await lists.share('U2', '2026-01-12T09:00:00', [HEADER, 'Kushal Sharma,+91 74171-19014,Mumbai,,,'])
  await lists.share('U1', '2026-01-15T09:00:00', [
    HEADER,
    'Wrong Name,7417119014,Nagpur,,,',
    'Wrong Person,9000000199,Nagpur,SL-9999,,',
  ])
  await lists.undo('U1', '2026-01-16T09:00:00', 3)
  const people = Array.from({ length: 13 }, (_, at) => `Zahir No${at},90000010${10 + at},Pune,,,`)
  await lists.share('U2', '2026-01-18T09:00:00', [HEADER, ...people])
  for (let day = 1; day <= 6; day++)
    await lists.share('U2', `2026-01-19T09:0${day}:00`, [HEADER, `Pager,9000000777,City ${day},,,`])
}, 120_000)
afterAll(() => lists.close())

describe('what /customer answers', () => {
  const { expectReply } = openReplyTexts('customer')

  it.each([
    ['help', ''],
    ['card', '07417119014'],
    ['card-in-one-upload', '9000000101'],
    ['phone-nobody-uploaded', '98200 98200'],
    ['phone-removed', '9000000199'],
    ['not-a-phone', '12'],
    ['nobody-by-that-name', 'zzz'],
    ['several-people', 'sharma'],
    ['many-people', 'zahir'],
    ['people-of-earlier', 'wrong'],
    ['name-and-city', 'kushal sharma mumbai'],
    ['city', 'mumbai'],
    ['city-of-many', 'pune'],
    ['last-digits', '00101'],
    ['last-digits-of-many', '1001'],
    ['last-digits-and-name', '19014 kushal'],
    ['phone-and-name', '74171 19014 kushal'],
    ['phone-and-another-name', '74171 19014 meena'],
    ['phone-in-stars', '*7417119014*'],
    ['first-digits', '74171*'],
    ['loan-id', 'SL-1001'],
    ['similar-name', 'kushl sharna'],
    ['similar-names', 'sharmaa'],
    ['similar-city', 'mumbia'],
    ['similar-city-of-a-name', 'sharma in mumbia'],
    ['phone-with-a-digit-too-few', '741711901'],
    ['phone-with-a-digit-too-many', '74171190144'],
    ['several-at-once', '07417119014, meena, zzz'],
    ['not-offered', 'merge 07417119014 and 9000000101'],
    ['not-offered-of-nobody', 'delete zzz'],
    ['history', 'history 07417119014'],
    ['history-of-many-pages', 'history 9000000777'],
    ['history-of-nobody', 'history'],
    ['on-a-day', '07417119014 on 11 Jan'],
    ['on-a-day-of-today', '07417119014 today'],
    ['on-a-day-before-the-first-file', '9000000777 on 12 Jan'],
    ['on-a-day-after-its-removal', '9000000199 on 16 Jan'],
    ['on-a-day-not-stored-today', '9000000199 today'],
    ['on-a-day-to-come', '07417119014 on 2030-01-01'],
    ['on-a-day-that-is-none', '07417119014 on blursday'],
    ['too-long', 'x'.repeat(1_200)],
    ['forget-by-others', 'forget 07417119014'],
  ])('%s', async (name, text) => {
    await expectReply(name, await lists.ask(`/customer ${text}`))
  })

  it('where from', async () => {
    const card = await lists.ask('/customer 07417119014')
    await expectReply('where-from', await lists.press(card, 'Where from?'))
  })

  it('shared in the channel', async () => {
    const card = await lists.ask('/customer 07417119014')
    await expectReply('card-shared', await lists.press(card, 'Share', { user: 'U2' }))
  })

  it('a button whose subject is gone', async () => {
    const card = await lists.ask('/customer 07417119014')
    const gone: Reply = JSON.parse(JSON.stringify(card).replaceAll(/[0-9a-f]{24}/g, 'f'.repeat(24)))
    await expectReply('button-of-something-gone', await lists.press(gone, 'History'))
  })

  it('forgetting a person', async () => {
    const asked = await lists.ask('/customer forget 07417119014', { user: 'U3' })
    await expectReply('forget-asked', asked)
    await expectReply('forget-asked-by-name', await lists.ask('/customer forget kushal', { user: 'U3' }))
    await expectReply('forget-question-over', await lists.press(asked, 'Forget', { user: 'U1' }))
    const nobody = { customers: 0, rows: 0, uploads: [], others: 0, held: [] }
    await expectReply(
      'forget-asked-of-nobody',
      describeForgetForecast('+919820098200', nobody, { token: 'token' }),
    )
    const many = {
      customers: 1,
      rows: 60,
      uploads: Array.from({ length: 25 }, (_, at) => at + 1),
      others: 2,
      held: [90, 91],
    }
    await expectReply(
      'forget-asked-with-held-files',
      describeForgetForecast('+919820098200', many, { token: 'token', tokenFromOthers: 'other' }),
    )
    await expectReply('forget-queued', describeQueuedForget(sampleUpload({ number: 50 })))
  })

  it('a phone with several records', async () => {
    await lists.models.customers.collection.dropIndexes()
    const [customer] = await lists.models.customers.collection
      .find({ primary_phone: '+917417119014' })
      .toArray()
    await lists.models.customers.collection.insertOne({
      ...customer,
      _id: undefined,
      written_phone: '07417119014',
      full_name: undefined,
    } as never)
    const records = await lists.ask('/customer 07417119014')
    await expectReply('several-records', records)
    await expectReply('card-of-several-records', await lists.press(records, 'Kushal'))
  })
})
