import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Message, Workspace } from '../../dev/workspace/workspace.ts'
import type { ForgetUpload, Models } from '../../models/index.ts'
import { loanOf } from './customer-files.ts'
import { ADMIN, type Wish } from './forget-people.ts'
import { hold } from './hold.ts'
import type { SharedCustomerFile } from './invariants.ts'
import type { UploadStory } from './upload-story.ts'

interface ForgottenDeps {
  readonly models: Models
  readonly workspace: Workspace
  readonly shared: readonly SharedCustomerFile[]
  readonly story: UploadStory
  readonly wishes: readonly Wish[]
  /** Questions whose answer was lost may stay open for a while, with the phone in them. */
  readonly unanswered: number
  /** Folder of the bots' logs. */
  readonly logs: string
}

/** A forgotten person who is in no later file occurs nowhere: in no document, thread, bot file or log. */
export async function checkForgotten(deps: ForgottenDeps): Promise<number> {
  const { models, story } = deps
  const isBack = new Set(story.uploads.flatMap((shown) => listNamed(shown)))
  const gone = [...new Set(deps.wishes.map(({ phone }) => phone))].filter((phone) => !isBack.has(phone))
  const traces = gone.flatMap((phone) => [phone.slice(3), foldText(loanOf(phone))])
  const find = (text: string) => traces.find((trace) => foldText(text).includes(trace))

  const collections = await models.connection.listCollections()
  for (const { name } of collections) {
    let found = 0
    for await (const document of models.connection.collection(name).find())
      if (find(JSON.stringify(document))) found += 1
    const allowed = name === models.forgetRequests.collection.name ? deps.unanswered : 0
    hold(found <= allowed, `${found} documents of ${name} tell of somebody forgotten`)
  }
  for (const { text, where } of await readThreads(deps))
    hold(find(text) === undefined, `${where} tells of somebody forgotten`)
  for (const file of await readdir(deps.logs))
    hold(
      find(await readFile(join(deps.logs, file), 'utf8')) === undefined,
      `the log of ${file} tells of somebody`,
    )
  const answered = { _id: { $in: deps.wishes.map(({ token }) => token as never) } }
  const open = await models.forgetRequests.collection.countDocuments(answered)
  hold(open === 0, `${open} questions are open that were answered`)
  await checkProofs(models)
  return gone.length
}

/** The people in a file that came after their forget upload, or who were never forgotten. */
function listNamed({ file, rows }: UploadStory['uploads'][number]): string[] {
  return file.rows.flatMap((row, index) =>
    row.kind !== 'blank' && row.phone !== undefined && rows[index]?.forgottenBy === undefined
      ? [row.phone]
      : [],
  )
}

/** The bots' messages and files that still exist. */
async function readThreads({ workspace, shared }: ForgottenDeps) {
  const texts: { text: string; where: string }[] = []
  async function read(messages: readonly Message[], where: string): Promise<void> {
    texts.push({ text: JSON.stringify(messages), where })
    for (const { id, name } of messages.flatMap(({ files = [] }) => files)) {
      const text = await workspace.readFile(id)
      if (text !== undefined) texts.push({ text, where: `${name} in ${where}` })
    }
  }
  for (const { share, file } of shared)
    await read(await workspace.thread(share), `the thread of ${file.name}`)
  const space = await workspace.openDirectMessage(ADMIN)
  await read(await workspace.messages(space), 'the conversation with the admin')
  return texts
}

/** The receipt must match the database. */
async function checkProofs({ fileUploads, uploadRows }: Models): Promise<void> {
  for await (const upload of fileUploads.collection.find<ForgetUpload>({ kind: 'forget' })) {
    const name = `the request to forget #${upload.number}`
    hold(upload.status === 'done', `${name} is ${upload.status}`)
    hold(upload.forget.phone === undefined, `${name} still says who`)
    const rows = await uploadRows.collection.countDocuments({ forgotten_by: upload.number })
    hold(upload.forget_counts?.rows === rows, `${name} counts ${upload.forget_counts?.rows} rows of ${rows}`)
  }
}

/** Without separators between digits and letters. */
function foldText(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}
