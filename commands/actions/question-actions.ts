import type { FileUpload } from '../../models/index.ts'
import {
  answerQuestion,
  chooseSheet,
  findUpload,
  leaveUpload,
  listSameQuestion,
} from '../../src/uploads/answers/index.ts'
import { resolvePressed } from '../access/index.ts'
import {
  CHOOSE_ENCODING,
  CHOOSE_PHONE_COLUMN,
  CHOOSE_READING,
  CHOOSE_SHEET,
  LEAVE_UPLOAD,
  nameChoice,
} from '../questions/index.ts'
import { isReply, isSharedIn } from '../receipts/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  onlyInChannels,
  type Reply,
  type Sentence,
  traced,
} from '../reply/index.ts'

/**
 * Actions for an open question about columns, sheet or encoding. Anybody in the upload's channel may use
 * them.
 */
export const QUESTION_ACTIONS: readonly ActionDefinition[] = [
  {
    name: CHOOSE_PHONE_COLUMN,
    scopeOf: onlyInChannels,
    run: (input, deps) => choose(input, deps, 'phone_column'),
  },
  {
    name: CHOOSE_SHEET,
    scopeOf: onlyInChannels,
    run: (input, deps) => choose(input, deps, 'sheet'),
  },
  {
    name: CHOOSE_READING,
    scopeOf: onlyInChannels,
    run: (input, deps) => choose(input, deps, 'reading'),
  },
  {
    name: CHOOSE_ENCODING,
    scopeOf: onlyInChannels,
    run: (input, deps) => choose(input, deps, 'encoding'),
  },
  { name: LEAVE_UPLOAD, scopeOf: onlyInChannels, run: leave },
]

type QuestionKind = NonNullable<FileUpload['question']>['kind']

const CHOSEN = {
  phone_column: 'The phone column is ',
  sheet: 'The list is on sheet ',
  encoding: 'The file is read as ',
  reading: 'The file is read ',
} as const

async function choose(input: ActionInput, deps: CommandDeps, kind: QuestionKind): Promise<Reply> {
  const [, number, index] = /^(\d{1,9}):(\d{1,5})$/.exec(input.value) ?? []
  const upload = await findAsked(input, deps, number)
  if (upload && isReply(upload)) return upload
  const isRequested = upload?.question?.kind === kind
  const column = upload?.question?.candidates.find((candidate) => candidate.index === Number(index))
  if (!upload || !isRequested || !column) return describeGone()
  if (upload.status !== 'held') return describeOver(upload)
  const answer = { index: column.index, by: input.user, at: input.now }
  const answered =
    kind === 'sheet'
      ? await chooseSheet(deps.models, upload, answer)
      : await answerQuestion(deps.models, upload, kind, answer)
  if (!answered) return describeOver((await findUpload(deps.models, upload.number)) ?? upload)
  deps.onUploadAnswered?.(answered)
  const others = await listSameQuestion(deps.models, upload)
  const reply = replyWith(
    [
      `Thank you. ${CHOSEN[kind]}`,
      { bold: nameChoice(upload, column) },
      '. The receipt will be posted here.',
    ],
    ...nameReleased(others),
  )
  return traced(reply, 'imported', { uploads: [upload.number] })
}

/** Files that wait for the same answer in this channel. */
function nameReleased(numbers: readonly number[]): Sentence[] {
  if (numbers.length === 0) return []
  const named = numbers.map((number) => `#${number}`).join(', ')
  return [`Files of this channel with the same headings are read the same way: ${named}.`]
}

async function leave(input: ActionInput, deps: CommandDeps): Promise<Reply> {
  const upload = await findAsked(input, deps, input.value)
  if (!upload) return describeGone()
  if (isReply(upload)) return upload
  const left = upload.status === 'held' ? await leaveUpload(deps.models, upload) : null
  if (!left) return describeOver((await findUpload(deps.models, upload.number)) ?? upload)
  deps.onUploadAnswered?.(left)
  const reply = replyWith([{ code: upload.file.name }, ' was discarded. Nothing was imported.'])
  return traced(reply, 'left_out', { uploads: [upload.number] })
}

/** Finds the upload of a button, only if it was shared in the channel of the button. */
async function findAsked(
  input: ActionInput,
  deps: CommandDeps,
  number: string | undefined,
): Promise<FileUpload | Reply | undefined> {
  const upload = await resolvePressed(number, input, deps)
  if (!upload || isReply(upload)) return upload ?? undefined
  return isSharedIn(upload, input) ? upload : undefined
}

const replyWith = (...text: Sentence[]): Reply => ({
  visibility: 'asker',
  parts: text.map((one) => ({ kind: 'text', text: one })),
})

function describeGone(): Reply {
  return replyWith('This question is closed. Nothing was changed.')
}

function describeOver(upload: FileUpload): Reply {
  const { number, question, file, status } = upload
  const answer = question?.answer
  const column = question?.candidates.find(({ index }) => index === answer?.index)
  if (answer && column)
    return replyWith(
      [
        { user: answer.by },
        ' already chose ',
        { bold: nameChoice(upload, column) },
        ` for #${number}. Nothing was changed.`,
      ],
      ['If that is wrong, correct it with ', { code: '/uploads mapping' }, ' and share the file again.'],
    )
  if (status === 'failed')
    return replyWith([{ code: file.name }, ' was already discarded. To import it, share it again.'])
  return replyWith([`#${number} no longer waits for an answer. Nothing was changed.`])
}
