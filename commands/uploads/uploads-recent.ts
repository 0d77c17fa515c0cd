import { type FileUpload, ROW_OUTCOMES, type UploadStatus } from '../../models/index.ts'
import {
  explainNumbers,
  findRecentUploads,
  findUploaders,
  isDiscarded,
  type UploadFilter,
} from '../../src/uploads/queries/index.ts'
import type { UploadReach } from '../../src/uploads/rows/index.ts'
import { reachOf } from '../access/index.ts'
import { parseRecent, type RecentRequest } from '../forms/index.ts'
import { summariseForget, summariseSwitch, summariseUndo } from '../receipts/index.ts'
import {
  brief,
  type CommandDeps,
  type CommandInput,
  formatCount,
  type Inline,
  markCode,
  PICK_PAGE,
  pageButton,
  pageButtons,
  pageValue,
  plural,
  type Reply,
  type ReplyPart,
  type Sentence,
  toAsker,
  type Viewer,
} from '../reply/index.ts'
import { endOfDay, startOfDay } from '../text/index.ts'

type Recent = ReturnType<typeof parseRecent>

/** Maximum of uploads in the menu: a larger menu leaves no space for the table. */
const MAX_PICKED = 15
/** Maximum of recent uploaders searched by name. */
const MAX_UPLOADERS = 50
/** Maximum of missing numbers that are explained. */
const MAX_GAPS = 40
const MAX_LETTERS = 60

const FEWER: Sentence = ['To see fewer, ask for a day: ', { code: '/uploads recent yesterday' }, '.']

/** `/uploads recent …`: the latest uploads, all or filtered. */
export async function listRecent({ text, ...viewer }: CommandInput, deps: CommandDeps): Promise<Reply> {
  return await buildRecentPage([text], viewer, deps)
}

/** @param about the typed text after `recent` */
export async function buildRecentPage(
  [text = '']: readonly string[],
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  const { now, user } = viewer
  const { timeZone, dateOrder } = deps
  const request = parseRecent(text, { now, user, timeZone, dateOrder })
  if (request.kind === 'unknown') return describeUnknown(request)
  const reach = reachOf(viewer, deps)
  const { users, missing } = await findUsers(request, viewer, deps)
  const listed: Listed = { request, missing, ...(users && { users }) }
  const filter = { ...(users && { users }), ...toFilter(request, deps) }
  const { uploads, hasMore } = await findRecentUploads(deps.models, filter, request.limit, reach)
  if (uploads.length === 0) return describeNone(listed)
  const gaps = users || request.isFailed || request.isOpen ? [] : await describeGaps(uploads, reach, deps)
  const parts: ReplyPart[] = [
    { kind: 'headline', text: describeList(uploads.length, hasMore, listed) },
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
    ...missing
      // On the command line, a name is the user's own.
      .filter((name) => !uploads.some(({ source }) => source.user === name))
      .map((name) => ({ kind: 'note', text: describeNobody(name) }) as const),
    ...gaps,
    {
      kind: 'menu',
      action: PICK_PAGE,
      label: 'Show one of them',
      value: '',
      options: uploads.slice(0, MAX_PICKED).map(({ number, file }) => ({
        label: `#${number} ${file.name}`,
        value: pageValue('upload', number),
      })),
    },
  ]
  return { ...toAsker(...parts, pageButtons(pageValue('recent', text))), rest: FEWER }
}

/** A request, with the people found for its names. */
interface Listed {
  readonly request: RecentRequest
  /** User ids; on the command line, user names. */
  readonly users?: readonly string[]
  /** Names that nobody who uploaded lately has. */
  readonly missing: readonly string[]
}

function toFilter({ isFailed, isOpen, period }: RecentRequest, { timeZone }: CommandDeps): UploadFilter {
  const { from, until } = period ?? {}
  return {
    ...(isFailed && { isFailed }),
    ...(isOpen && { isOpen }),
    ...(from !== undefined && { since: startOfDay(from, timeZone) }),
    ...(until !== undefined && { before: endOfDay(until, timeZone) }),
  }
}

/**
 * Finds the people of the names: recent uploaders whose name starts with it, and user names on the command
 * line. `users` is undefined if nobody was named.
 */
async function findUsers(
  { users = [], names = [] }: RecentRequest,
  viewer: Viewer,
  deps: CommandDeps,
): Promise<Pick<Listed, 'users' | 'missing'>> {
  const found = new Set(users)
  const missing: string[] = []
  for (const name of names) {
    const called = await findCalled(name, viewer, deps)
    if (called.length === 0) missing.push(name)
    for (const user of called.length > 0 ? called : [name]) found.add(user)
  }
  return { missing, ...(users.length + names.length > 0 && { users: [...found] }) }
}

/** True if somebody with this name uploaded recently. */
export async function isUploader(name: string, viewer: Viewer, deps: CommandDeps): Promise<boolean> {
  return /^[\p{L}\p{M}.'-]{2,40}$/u.test(name) && (await findCalled(name, viewer, deps)).length > 0
}

async function findCalled(name: string, viewer: Viewer, deps: CommandDeps): Promise<readonly string[]> {
  if (!deps.namesOf) return []
  const uploaders = await findUploaders(deps.models, MAX_UPLOADERS, reachOf(viewer, deps))
  const names = await deps.namesOf(uploaders.filter((one) => /^[UW][A-Z0-9]{2,}$/.test(one)))
  const wanted = foldName(name)
  return [...names]
    .filter(([, all]) =>
      all.some((one) =>
        [foldName(one), ...one.split(/\s+/).map(foldName)].some((word) => word.startsWith(wanted)),
      ),
    )
    .map(([id]) => id)
}

const foldName = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{M}\p{N}]/gu, '')

/** Why numbers are missing in the list. */
async function describeGaps(
  uploads: readonly FileUpload[],
  reach: UploadReach,
  deps: CommandDeps,
): Promise<ReplyPart[]> {
  const numbers = uploads.map(({ number }) => number)
  const [first, last] = [Math.min(...numbers), Math.max(...numbers)]
  const missing: number[] = []
  for (let number = first + 1; number < last && missing.length < MAX_GAPS; number += 1)
    if (!numbers.includes(number)) missing.push(number)
  if (missing.length === 0) return []
  const reasons = await explainNumbers(deps.models, missing, reach)
  const of = (reason: string) =>
    missing.filter((number) => reasons.get(number) === reason).map((number) => `#${number}`)
  const answer = [
    [of('no_list'), 'no customer list, such as a picture, so ignored'],
    [of('elsewhere'), 'shared in another channel'],
  ] as const
  const text = answer.flatMap(([some, why]) => (some.length > 0 ? [`${some.join(', ')} (${why})`] : []))
  return text.length > 0 ? [{ kind: 'note', text: `Not in this list: ${text.join('; ')}.` }] : []
}

function describeList(count: number, hasMore: boolean, listed: Listed): Inline[] {
  const which = describeFilter(listed)
  if (hasMore)
    return [`The latest ${count === 1 ? 'upload' : plural(count, 'upload')}`, ...which, '; there are more']
  if (which.length > 0) return [plural(count, 'upload'), ...which]
  return [count === 1 ? 'The only upload so far' : `All ${plural(count, 'upload')} so far`]
}

function describeFilter({ request: { isFailed, isOpen, period }, users, missing }: Listed): Inline[] {
  const known = users?.filter((user) => !missing.includes(user)) ?? []
  const shown = known.length > 0 ? known : (users ?? [])
  return [
    ...(shown.length > 0
      ? [' by ', ...shown.flatMap((user, at) => [...(at > 0 ? [' and '] : []), { user }])]
      : []),
    ...(isFailed ? [' that failed'] : []),
    ...(isOpen ? [' not finished'] : []),
    ...(period ? [` ${period.text}`] : []),
  ]
}

const describeNobody = (name: string): string =>
  `Nobody called "${brief(name, MAX_LETTERS)}" uploaded a file lately.`

function describeNone(listed: Listed): Reply {
  const which = describeFilter(listed)
  if (which.length === 0)
    return toAsker(
      { kind: 'headline', text: 'No file has been uploaded yet.' },
      { kind: 'text', text: 'Share a CSV file or an Excel workbook in this channel and I will import it.' },
    )
  const { missing, users = [] } = listed
  const [name] = missing
  const isKnown = users.some((user) => !missing.includes(user))
  const nobody = name === undefined ? [] : [describeNobody(name)]
  return toAsker(
    {
      kind: 'headline',
      text: name === undefined || isKnown ? ['No uploads', ...which, '.'] : nobody,
    },
    ...(isKnown ? missing : missing.slice(1)).map(
      (one) => ({ kind: 'text', text: describeNobody(one) }) as const,
    ),
    ...(name === undefined
      ? []
      : [
          {
            kind: 'text',
            text: [
              'If that is a person in Slack, mention them: ',
              { code: `/uploads recent @${brief(name, MAX_LETTERS)}` },
              '.',
            ],
          } as const,
        ]),
    { kind: 'buttons', buttons: [pageButton('Latest uploads', pageValue('recent', ''))] },
  )
}

/** One line, and the nearest list as a button. */
function describeUnknown({ word, meant, example }: Exclude<Recent, RecentRequest>): Reply {
  return toAsker(
    {
      kind: 'headline',
      text: [
        `"${brief(word, MAX_LETTERS)}" was not understood.`,
        ...(meant === undefined ? [] : [' Did you mean ', { code: `/uploads ${meant}` }, '?']),
        ...(example === undefined ? [] : [' Write it like ', { code: `/uploads ${example}` }, '.']),
      ],
    },
    {
      kind: 'buttons',
      buttons: [
        meant === undefined
          ? pageButton('Latest uploads', pageValue('recent', ''))
          : pageButton(`/uploads ${meant}`, pageValue('recent', meant)),
      ],
    },
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

function wordsFor({ kind, preview_wanted }: FileUpload): Unfinished {
  switch (kind) {
    case 'undo':
    case 'switch':
      return UNDO
    case 'import':
    case 'forget':
      return preview_wanted ? PREVIEW : UNFINISHED
  }
}

/** The result of an upload in a few words. */
export function describeResult(upload: FileUpload): Sentence {
  const { status, problem } = upload
  if (isDiscarded(upload)) return 'discarded: nothing was imported'
  if (problem) return ['failed: ', ...markCode(problem.message)]
  if (status !== 'done') return wordsFor(upload)[status] ?? status
  switch (upload.kind) {
    case 'forget':
      return summariseForget(upload)
    case 'undo':
      return summariseUndo(upload)
    case 'switch':
      return summariseSwitch(upload)
    case 'import':
      return summariseImport(upload)
  }
}

function summariseImport({ status, counts }: FileUpload): Sentence {
  if (!counts) return status
  const output = ROW_OUTCOMES.filter((outcome) => counts[outcome] > 0).map(
    (outcome) => `${formatCount(counts[outcome])} ${outcome}`,
  )
  return `${plural(counts.rows, 'row')}: ${output.join(', ')}`
}
