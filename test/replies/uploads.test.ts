import { afterAll, beforeAll, beforeEach, describe, it } from 'vitest'
import { describeHome } from '../../commands/home/home.ts'
import { SHORTCUTS } from '../../commands/home/shortcuts.ts'
import { renderPlain } from '../../commands/plain/render-plain.ts'
import { describeForecast, describeQueuedUndo, describeRefusal } from '../../commands/receipts/undo-reply.ts'
import type { Reply } from '../../commands/reply/reply.ts'
import type { FileUpload } from '../../models/index.ts'
import type { UndoRefusal } from '../../src/uploads/undo/undo-request.ts'
import { openSharedLists, type SharedLists } from '../commands/support/shared-lists.ts'
import { openReplyTexts } from '../support/reply-texts.ts'
import { countsOf, onDay, sampleUpload } from '../support/sample-upload.ts'

const HEADER = 'Name,Phone,City,Due Amount'
const NOW = onDay(20, 12)

let lists: SharedLists
let comments: string[] = []

beforeAll(async () => {
  lists = await openSharedLists()
  await lists.share('U1', '2026-01-10T09:00:00', [
    HEADER,
    'Kushal,07417119014,Pune,100',
    'Meena,9000000101,Chennai,200',
    'Imran,9000000102,Surat,300',
  ])
  await lists.share('U2', '2026-01-19T09:00:00', [
    HEADER,
    'Kushal,7417119014,Mumbai,150',
    'Meena,9000000101,,200',
    'Nisha,9000000108,Jaipur,500',
    'Nobody,12345,Nowhere,1',
  ])
  await lists.share('U2', '2026-01-20T09:00:00', [HEADER])
  await lists.share('U1', '2026-01-20T09:30:00', ['Name,Phone', 'Wrong,9000000199'])
  await lists.undo('U1', '2026-01-20T10:00:00', 4)
  const uploads = lists.models.fileUploads.collection
  for await (const { _id, shared_at, finished_at } of uploads.find<FileUpload>({}))
    if (finished_at)
      await uploads.updateOne(
        { _id },
        { $set: { started_at: shared_at, finished_at: new Date(shared_at.getTime() + 2_500) } },
      )
}, 120_000)
afterAll(() => lists.close())
beforeEach(() => {
  comments = []
  lists.deps = {
    ...lists.deps,
    admins: new Set(['U3']),
    sendPrivateFile: async (_, { name, comment }) => {
      comments.push(`${name}\n${comment}`)
      return {}
    },
  }
})

describe('what /uploads answers', () => {
  const { expectReply, expectText } = openReplyTexts('uploads')

  it.each([
    ['help', 'help'],
    ['unknown-word', 'gibberish'],
    ['mistyped-word', 'recnet'],
    ['recent', 'recent'],
    ['recent-and-more', 'recent 2'],
    ['recent-of-a-person', 'recent <@U2>'],
    ['recent-none', 'recent priya'],
    ['recent-not-understood', 'recent $where'],
    ['recent-mistyped', 'recent faild'],
    ['today', 'today'],
    ['last-week', 'last week'],
    ['last-7-days', 'last 7 days'],
    ['weekday', 'monday'],
    ['by-a-name', 'by priya'],
    ['by-two-people', 'by priya and meera'],
    ['failed-this-week', 'failed this week'],
    ['who-uploaded', 'who uploaded this week'],
    ['who-uploaded-nothing', 'who uploaded on 1 Jan'],
    ['show-by-name', 'show list-2'],
    ['show-by-name-of-several', 'show list'],
    ['show-by-name-of-none', 'show march'],
    ['digest-of-last-week', 'digest last week'],
    ['compare-with-the-same-headings', 'compare 2'],
    ['undo-last', 'undo last'],
    ['count', 'count'],
    ['count-by-city', 'count by city'],
    ['count-without', 'count without e-mail'],
    ['count-in-a-place', 'count surat or mumbai'],
    ['count-with-either', 'count mumbai with e-mail or loan id'],
    ['count-of-either', 'count overdue or in surat'],
    ['count-of-unclear-alternatives', 'count overdue or surat without e-mail'],
    ['count-in-no-place', 'count surat or goa'],
    ['count-in-a-mistyped-place', 'count sruat without e-mail'],
    ['count-of-amounts', 'count due amount between 150 and 300'],
    ['count-of-a-sum', 'count total due amount in mumbai'],
    ['count-of-a-sum-by-city', 'count total due amount by city'],
    ['count-of-one-amount', 'count total loan amount'],
    ['count-of-a-value', 'count pin code 400001'],
    ['count-of-an-unnamed-amount', 'count over 5000'],
    ['count-added', 'count added this month'],
    ['count-not-refreshed', 'count not refreshed for 5 days'],
    ['count-due', 'count due this week'],
    ['count-of-a-file', 'count #1'],
    ['count-not-understood', 'count 12345'],
    ['mistyped-undo', 'udno 2'],
    ['name-of-a-customer', 'kushal'],
    ['show', 'show 2'],
    ['show-failed', 'show 3'],
    ['show-undone', 'show 4'],
    ['show-undo', 'show 5'],
    ['show-without-number', 'show'],
    ['show-unknown-number', 'show 99'],
    ['show-no-number', 'show nonsense'],
    ['compare', 'compare 2 1'],
    ['compare-with-itself', 'compare 2 2'],
    ['compare-without-rows', 'compare 2 3'],
    ['compare-with-an-undo', 'compare 2 5'],
    ['compare-the-first', 'compare 1'],
    ['export-by-others', 'export'],
    ['mapping-none', 'mapping'],
    ['mapping-unknown', 'mapping 7'],
    ['preview-next', 'preview'],
    ['preview-undo', 'preview 5'],
    ['digest', 'digest'],
    ['digest-weekly', 'digest weekly'],
    ['digest-of-a-day', 'digest 10 Jan'],
    ['digest-of-nothing', 'digest 1 Jan'],
    ['digest-unknown-day', 'digest tomorrow'],
    ['undo', 'undo 2'],
  ])('%s', async (name, text) => {
    await expectReply(name, await lists.ask(`/uploads ${text}`))
  })

  it('files for one person alone', async () => {
    const shown = await lists.ask('/uploads show 2', { user: 'U3' })
    await expectReply('rows-to-correct-sent', await lists.press(shown, 'Send me the rows', { user: 'U3' }))
    await expectReply('export', await lists.ask('/uploads export', { user: 'U3' }))
    await expectReply('export-since', await lists.ask('/uploads export since 15 Jan', { user: 'U3' }))
    await expectReply('export-of-a-place', await lists.ask('/uploads export surat', { user: 'U3' }))
    const ofFile = await lists.ask('/uploads export #2 without e-mail as xlsx', { user: 'U3' })
    await expectReply('export-of-a-file', ofFile)
    await expectReply('export-of-a-file-sent', await lists.press(ofFile, 'As CSV', { user: 'U3' }))
    await expectReply('export-by-others-pressed', await lists.press(ofFile, 'As CSV', { user: 'U1' }))
    const either = await lists.ask('/uploads export with e-mail or loan id', { user: 'U3' })
    await expectReply('export-of-either', either)
    await expectReply('export-of-either-sent', await lists.press(either, 'Export as CSV', { user: 'U3' }))
    const due = await lists.ask('/uploads export due before friday', { user: 'U3' })
    await expectReply('export-due', due)
    await expectReply('export-due-none', await lists.press(due, 'Export as CSV', { user: 'U3' }))
    await expectReply('count-of-an-admin', await lists.ask('/uploads count surat', { user: 'U3' }))
    await expectReply('export-nothing', await lists.ask('/uploads export since 20 Jan', { user: 'U3' }))
    await expectReply('export-to-come', await lists.ask('/uploads export since 2030-01-01', { user: 'U3' }))
    await expectReply('export-unknown-day', await lists.ask('/uploads export since blursday', { user: 'U3' }))
    await lists.ask('/uploads compare 2 1')
    await expectText('files-beside', comments.join('\n\n'))
    lists.deps = { ...lists.deps, sendPrivateFile: async () => ({ refused: 'messages_tab_disabled' }) }
    await expectReply('file-refused', await lists.ask('/uploads export', { user: 'U3' }))
    lists.deps = { ...lists.deps, sendPrivateFile: async () => ({ outdated: true }) }
    await expectReply('file-outdated', await lists.ask('/uploads export', { user: 'U3' }))
  })

  it('a word before an answer that takes a while', async () => {
    const described: string[] = []
    const post = async (reply: Reply) => void described.push(renderPlain(reply))
    await lists.ask('/uploads export', { user: 'U3', post })
    await lists.ask('/uploads count in jaipur', { post })
    const counts = countsOf({ created: 60_000 })
    const uploads = lists.models.fileUploads.collection
    await uploads.updateOne({ number: 1 }, { $set: { counts } })
    await lists.ask('/uploads compare 2 1', { post })
    await uploads.updateOne({ number: 1 }, { $unset: { changed_fields: '' } })
    await lists.ask('/uploads show 1', { post })
    await uploads.updateOne({ number: 1 }, { $set: { counts: countsOf({ created: 3 }) } })
    await expectText('one-moment', described.join('\n\n'))
  })

  it('choices of columns', async () => {
    await lists.models.columnChoices.collection.insertOne({
      channel: 'C1',
      number: 1,
      fingerprint: 'x',
      header: ['Kunde', 'K1', 'K2', 'K3', 'K4', 'K5', 'K6'],
      column: 1,
      chosen_by: 'U2',
      chosen_at: onDay(12),
      upload: 7,
    } as never)
    const one = await lists.ask('/uploads mapping 1')
    await expectReply('mapping', await lists.ask('/uploads mapping'))
    await expectReply('mapping-of-one', one)
    await expectReply('mapping-unknown-column', await lists.ask('/uploads mapping 1 K9'))
    await expectReply('mapping-not-theirs', await lists.ask('/uploads mapping 1 K3', { user: 'U1' }))
    await expectReply('mapping-changed', await lists.ask('/uploads mapping 1 K3', { user: 'U2' }))
    await expectReply('mapping-forgotten', await lists.ask('/uploads mapping forget 1', { user: 'U2' }))
  })

  it('when there is nothing yet', async () => {
    const empty = await openSharedLists()
    await expectReply('recent-nothing-yet', await empty.ask('/uploads recent'))
    await expectReply('show-nothing-yet', await empty.ask('/uploads show last'))
    await expectReply('export-nothing-yet', await empty.ask('/uploads export', { user: 'U3' }))
    await empty.close()
  })

  it('a number that is no upload', async () => {
    await lists.models.counters.collection.updateOne({ _id: 'file_uploads' }, { $inc: { value: 1 } })
    await expectReply('show-no-list', await lists.ask('/uploads show 6'))
    await lists.share('U2', '2026-01-20T11:00:00', [HEADER, 'Kushal,7417119014,Mumbai,150'])
    await expectReply('recent-with-a-gap', await lists.ask('/uploads recent'))
    await lists.models.fileUploads.collection.deleteOne({ number: 7 })
  })

  it('while another count runs', async () => {
    const claim = { token: 'other', expires_at: new Date(Date.now() + 60_000) }
    await lists.models.askedCounts.collection.updateOne({ _id: 'counting' }, { $set: { claim } })
    await expectReply('count-busy', await lists.ask('/uploads count in mumbai'))
    await lists.models.askedCounts.collection.updateOne({ _id: 'counting' }, { $unset: { claim: '' } })
  })

  it('without the values of an old file', async () => {
    const retention = { began_at: onDay(19), line: 9, done_at: onDay(19) }
    await lists.models.fileUploads.collection.updateOne({ number: 1 }, { $set: { retention } })
    await expectReply('compare-without-values', await lists.ask('/uploads compare 2 1'))
    await expectReply('show-without-values', await lists.ask('/uploads show 1'))
  })

  it('the App Home', async () => {
    const home = async (user: string, memberChannels: string[]) =>
      (await describeHome({ user, now: NOW, channels: new Set(memberChannels) }, lists.deps)).reply
    await expectReply('home', await home('U1', ['C1']))
    await expectReply('home-without-files', await home('U1', ['C9']))
    await expectReply('home-without-channel', await home('U1', []))
    lists.deps = {
      ...lists.deps,
      settings: [
        { section: 'People', name: 'ADMINS', value: 'U00000003', isChosen: true },
        { section: 'Reading', name: 'DATE_ORDER', value: 'day_first', isChosen: false },
        { section: 'Reading', name: 'FIELDS_FILE', value: '', isChosen: false },
      ],
    }
    await expectReply('home-of-an-admin', await home('U3', ['C1']))
    lists.deps = {
      ...lists.deps,
      settings: [{ section: 'People', name: 'ADMINS', value: '', isChosen: false }],
    }
    await expectReply('home-of-an-admin-nothing-chosen', await home('U3', ['C9']))
  })

  it.each(SHORTCUTS.map(({ callbackId }) => callbackId))('the menu of a message: %s', async (callbackId) => {
    const shortcut = SHORTCUTS.find((one) => one.callbackId === callbackId)
    const pick = async (
      name: string,
      files: { id: string; name: string; isTable: boolean; isShared: true }[],
    ) => {
      const message = { ts: '1768800000.000100', thread: '1768800000.000100', user: 'U1', files }
      const input = { team: 'T1', channel: 'C1', user: 'U2', now: NOW, message }
      const reply = await shortcut?.run(input, lists.deps)
      if (reply) await expectReply(`menu-${callbackId}-${name}`, reply)
    }
    await pick('picture', [{ id: 'F70', name: 'team.png', isTable: false, isShared: true }])
    await pick('no-file', [])
  })
})

describe('what an undo answers', () => {
  const { expectReply } = openReplyTexts('undo')
  const upload = sampleUpload()
  const undo_of = {
    upload: upload._id,
    number: 42,
    file: upload._id,
    file_number: 42,
    action: 'take_back' as const,
    open: false,
  }
  const undo = sampleUpload({ kind: 'undo', number: 43, undo_of })
  const counts = { rows: 9, restored: 3, removed: 2, kept: 4 }

  it('forecasts', async () => {
    const of = { kind: 'possible', file: upload } as const
    await expectReply('asked', describeForecast({ ...of, upload, action: 'take_back' }, counts))
    await expectReply(
      'asked-of-an-undo',
      describeForecast({ ...of, upload: undo, action: 'put_back' }, counts),
    )
    await expectReply('queued', describeQueuedUndo(undo))
  })

  it.each<[string, UndoRefusal]>([
    ['unknown', { kind: 'unknown' }],
    [
      'is-switch',
      { kind: 'is_switch', upload: sampleUpload({ file: { name: 'switch' } }), from: 'one_per_phone' },
    ],
    ['not-allowed', { kind: 'not_allowed', upload }],
    ['not-allowed-undo', { kind: 'not_allowed', upload: undo }],
    ['unfinished', { kind: 'unfinished', upload }],
    ['for-good', { kind: 'for_good', upload }],
    ['nothing-written', { kind: 'nothing_written', upload }],
    ['already-undone', { kind: 'already_undone', upload, by: undefined }],
    ['already-undone-by', { kind: 'already_undone', upload, by: 43 }],
    ['values-removed', { kind: 'values_removed', upload }],
    ['under-way', { kind: 'under_way', upload, by: 43 }],
  ])('refusal: %s', async (name, refusal) => {
    await expectReply(`refused-${name}`, describeRefusal(refusal, 42))
  })
})
