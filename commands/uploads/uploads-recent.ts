import { type FileUpload, ROW_OUTCOMES, type UploadStatus } from '../../models/index.ts'
import { findRecentUploads, isDiscarded } from '../../src/uploads/queries/index.ts'
import { reachOf } from '../access/index.ts'
import { summariseForget, summariseSwitch, summariseUndo } from '../receipts/index.ts'
import {
  type CommandDeps,
  type CommandInput,
  formatCount,
  type Inline,
  markCode,
  PICK_VIEW,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
  type Viewer,
  viewButtons,
  viewValue,
} from '../reply/index.ts'
import { parseRecent, type RecentRequest } from './recent-request.ts'

/** Uploads that can be picked: a menu of more leaves the table no room. */
const MAX_PICKED = 15

const FEWER: Sentence = ['To see fewer, ask for a day: ', { code: '/uploads recent yesterday' }, '.']

/** `/uploads recent …`: the latest uploads, all or some of them. */
export async function listRecent({ text, ...viewer }: CommandInput, deps: CommandDeps): Promise<Reply> {
  return await viewRecent([text], viewer, deps)
}

/** @param about what was typed behind `recent` */
export async function viewRecent(
  [text = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const { now, user } = viewer
  const { timeZone, dateOrder } = deps
  const request = parseRecent(text, { now, user, timeZone, dateOrder })
  if (request.kind === 'unknown') return describeUnknown(request)
  const { uploads, hasMore } = await findRecentUploads(
    deps.models,
    request,
    request.limit,
    reachOf(viewer, deps),
  )
  if (uploads.length === 0) return describeNone(request)
  const parts: ReplyPart[] = [
    { kind: 'headline', text: describeList(uploads.length, hasMore, request) },
    {
      kind: 'table',
      caption: 'Uploads, the latest first',
      columns: ['#', 'File', 'Who', 'When', 'Result'],
      rows: uploads.map((upload) => [
        `#${upload.number}`,
        upload.file.name,
        [{ user: upload.source.user }],
        [{ time: upload.shared_at, style: 'minute' }],
        describeResult(upload),
      ]),
    },
    {
      kind: 'menu',
      action: PICK_VIEW,
      label: 'Show one of them',
      value: '',
      options: uploads.slice(0, MAX_PICKED).map(({ number, file }) => ({
        label: `#${number} ${file.name}`,
        value: viewValue('upload', number),
      })),
    },
  ]
  return { ...toAsker(...parts, viewButtons(viewValue('recent', text))), rest: FEWER }
}

function describeList(count: number, hasMore: boolean, request: RecentRequest): Inline[] {
  const which = describeFilter(request)
  if (hasMore)
    return [`The latest ${count === 1 ? 'upload' : plural(count, 'upload')}`, ...which, '; there are more']
  if (which.length > 0) return [plural(count, 'upload'), ...which]
  return [count === 1 ? 'The only upload so far' : `All ${plural(count, 'upload')} so far`]
}

function describeFilter({ user, isFailed, since, sinceWords }: RecentRequest): Inline[] {
  return [
    ...(user === undefined ? [] : [' by ', { user }]),
    ...(isFailed ? [' that failed'] : []),
    ...(since ? [` ${sinceWords ?? ''}`] : []),
  ]
}

function describeNone(request: RecentRequest): Reply {
  const which = describeFilter(request)
  if (which.length === 0)
    return toAsker(
      { kind: 'headline', text: 'No file has been uploaded yet.' },
      { kind: 'text', text: 'Share a CSV file in this channel and I will import it.' },
    )
  return toAsker(
    { kind: 'headline', text: ['No uploads', ...which, '.'] },
    ...(request.isName
      ? [
          {
            kind: 'text',
            text: [
              'If that is a person in Slack, mention them: ',
              { code: `/uploads recent @${request.user}` },
              '.',
            ],
          } as const,
        ]
      : []),
  )
}

function describeUnknown({ word, meant }: { readonly word: string; readonly meant?: string }): Reply {
  return toAsker(
    {
      kind: 'headline',
      text: [`I do not understand "${word}".`, ...(meant ? [' Did you mean ', { code: meant }, '?'] : [])],
    },
    {
      kind: 'list',
      items: [
        [{ code: '/uploads recent 25' }, ': more of them'],
        [{ code: '/uploads recent @asha' }, ': what one person uploaded; ', { code: 'me' }, ' is you'],
        [{ code: '/uploads recent failed' }, ': those that failed'],
        [
          { code: '/uploads recent today' },
          ', ',
          { code: 'yesterday' },
          ', ',
          { code: 'on 15 Jan' },
          ' or ',
          { code: 'since monday' },
        ],
      ],
    },
    { kind: 'note', text: 'You can combine them.' },
  )
}

type Unfinished = Partial<Record<UploadStatus, string>>
const UNFINISHED: Unfinished = {
  queued: 'waiting',
  running: 'being imported',
  held: 'waiting for a decision',
  undone: 'undone',
}
const PREVIEW: Unfinished = { ...UNFINISHED, queued: 'waiting to be previewed', running: 'being previewed' }
const UNDO: Unfinished = { ...UNFINISHED, running: 'under way' }

const wordsFor = ({ preview_wanted, undo_of, switch_of }: FileUpload): Unfinished =>
  undo_of || switch_of ? UNDO : preview_wanted ? PREVIEW : UNFINISHED

/** What came of an upload, in a few words. */
export function describeResult(upload: FileUpload): Sentence {
  const { status, counts, problem } = upload
  if (isDiscarded(upload)) return 'discarded: nothing was imported'
  if (problem) return ['failed: ', ...markCode(problem.message)]
  if (upload.forget && status === 'done') return summariseForget(upload)
  if (upload.undo_of && status === 'done') return summariseUndo(upload)
  if (upload.switch_of && status === 'done') return summariseSwitch(upload)
  if (!counts || status !== 'done') return wordsFor(upload)[status] ?? status
  const said = ROW_OUTCOMES.filter((outcome) => counts[outcome] > 0).map(
    (outcome) => `${formatCount(counts[outcome])} ${outcome}`,
  )
  return `${plural(counts.rows, 'row')}: ${said.join(', ')}`
}
