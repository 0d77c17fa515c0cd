import { ACTIONS } from '../../../commands/actions/actions.ts'
import { runCustomer } from '../../../commands/customer/customer.ts'
import type { CommandDeps } from '../../../commands/index.ts'
import { renderPlain } from '../../../commands/plain/render-plain.ts'
import type { Button, Reply } from '../../../commands/reply/reply.ts'
import { runUploads } from '../../../commands/uploads/uploads.ts'
import { createModels, ensureIndexes, type FileUpload, type Models } from '../../../models/index.ts'
import { DEFAULT_CATALOGUE } from '../../../src/customers/fields/field-catalogue.ts'
import type { GuardSettings } from '../../../src/uploads/guard/index.ts'
import { importOptionsOf } from '../../../src/uploads/import/import-options.ts'
import { queueUndo } from '../../../src/uploads/undo/undo-request.ts'
import { createUploadQueue } from '../../../src/uploads/worker/upload-queue.ts'
import { createUploadWorker } from '../../../src/uploads/worker/upload-worker.ts'
import { eventually } from '../../support/eventually.ts'
import { openKeptDatabase } from '../../support/kept-databases.ts'

export type PrivateFile = Parameters<NonNullable<CommandDeps['sendPrivateFile']>>[1]

/** A team that shares lists and sends commands, with the real queue and worker and its own database. */
export interface SharedLists {
  readonly models: Models
  /** The dependencies of commands; tests may extend them. */
  deps: CommandDeps
  /** Shares a list and waits for its receipt, or until it is held. Times are in India. */
  share(user: string, at: string, lines: readonly string[]): Promise<FileUpload>
  /** Waits for the receipt of a held upload. */
  finish(number: number): Promise<FileUpload>
  undo(user: string, at: string, number: number): Promise<FileUpload>
  ask(text: string, options?: AskOptions): Promise<Reply>
  press(reply: Reply, label: string, options?: AskOptions): Promise<Reply>
  close(): Promise<void>
}

export interface AskOptions {
  readonly user?: string
  readonly now?: Date
  readonly post?: (reply: Reply) => Promise<void>
}

const NOW = new Date('2026-01-20T12:00:00+05:30')
const silent = { debug() {}, info() {}, warn() {}, error() {} }

interface SharedListOptions {
  readonly guard?: GuardSettings
  readonly matchOtherPhones?: boolean
}

export async function openSharedLists({
  guard,
  matchOtherPhones = false,
}: SharedListOptions = {}): Promise<SharedLists> {
  const database = await openKeptDatabase()
  const models = createModels(database.connection)
  await ensureIndexes(models)
  const files = new Map<string, string>()
  const worker = createUploadWorker({
    models,
    sources: {
      slack: {
        canOpen: () => true,
        open: async ({ source }) => {
          const id = source.kind === 'slack' ? source.file_id : ''
          const bytes = Buffer.from(files.get(id) ?? '')
          return {
            name: `${id}.csv`,
            bytes: bytes.length,
            stream: (async function* () {
              yield bytes
            })(),
          }
        },
      },
    },
    listener: {
      queued: async () => {},
      progress: async () => {},
      waiting: async () => {},
      asked: async () => {},
      finished: async () => {},
    },
    options: importOptionsOf({
      defaultRegion: 'IN',
      dateOrder: 'day_first',
      clearWord: '#CLEAR',
      fallbackEncoding: 'windows-1252',
      maxInvalidPercent: 100,
      matchOtherPhones,
      ...(guard && { guard }),
      limits: { maxBytes: 1e7, maxRows: 100_000, maxColumns: 50, maxCellLength: 1000 },
    } as Parameters<typeof importOptionsOf>[0]),
    log: silent,
    timing: { leaseMs: 5_000, pollMs: 10 },
  })
  worker.start()

  async function waitForEnd({ _id, number }: Pick<FileUpload, '_id' | 'number'>): Promise<FileUpload> {
    return await eventually(async () => {
      const upload = await models.fileUploads.collection.findOne<FileUpload>({ _id })
      return (upload?.finished_at || upload?.status === 'held') && upload
    }, `upload #${number} did not end`)
  }

  const lists: SharedLists = {
    models,
    deps: {
      models,
      catalogue: DEFAULT_CATALOGUE,
      defaultRegion: 'IN',
      timeZone: 'Asia/Kolkata',
      dateOrder: 'day_first',
    },
    async share(user, at, lines) {
      const fileId = `list-${files.size + 1}`
      files.set(fileId, `${lines.join('\n')}\n`)
      const { upload } = await createUploadQueue({ models }).queueSlackShare({
        team: 'T1',
        channel: 'C1',
        user,
        fileId,
        sharedAt: new Date(`${at}+05:30`),
      })
      worker.wake()
      return await waitForEnd(upload)
    },
    async finish(number) {
      worker.wake()
      const upload = await models.fileUploads.collection.findOne<FileUpload>({ number })
      if (!upload) throw new Error(`there is no upload #${number}`)
      return await waitForEnd(upload)
    },
    async undo(user, at, number) {
      const asker = {
        user,
        team: 'T1',
        channel: 'C1',
        now: new Date(`${at}+05:30`),
        admins: new Set<string>(),
      }
      const queued = await queueUndo(models, number, asker)
      if (queued.kind !== 'queued') throw new Error(queued.kind)
      worker.wake()
      return await waitForEnd(queued.undo)
    },
    async ask(text, options = {}) {
      const [command, ...rest] = text.split(' ')
      const run = command === '/customer' ? runCustomer : runUploads
      return await run({ text: rest.join(' '), ...asViewer(options) }, lists.deps)
    },
    async press(reply, label, options = {}) {
      const { action, value } = findButton(reply, label)
      const definition = ACTIONS.find(({ name }) => name === action)
      if (!definition) throw new Error(`no action ${action}`)
      return await definition.run({ value, ...asViewer(options) }, lists.deps)
    },
    async close() {
      await worker.stop()
      await database.drop()
    },
  }
  return lists
}

const asViewer = ({ user = 'U1', now = NOW, post: report }: AskOptions) => ({
  team: 'T1',
  channel: 'C1',
  user,
  channels: new Set(['C1']),
  now,
  ...(report && { post: report }),
})

/** A button or menu option whose label starts like this. */
export function findButton(reply: Reply, label: string): Pick<Button, 'action' | 'value' | 'label'> {
  const controls = reply.parts.flatMap((part) => {
    if (part.kind === 'buttons') return part.buttons
    return part.kind === 'menu' ? part.options.map((option) => ({ ...option, action: part.action })) : []
  })
  const found = controls.find((control) => control.label.startsWith(label))
  if (!found) throw new Error(`no button ${label} among ${controls.map((one) => one.label).join(', ')}`)
  return found
}

export function labelsOf(reply: Reply): string[] {
  return reply.parts.flatMap((part) =>
    part.kind === 'buttons' ? part.buttons.map(({ label }) => label) : [],
  )
}

export const plain = (reply: Reply): string => renderPlain(reply, { timeZone: 'Asia/Kolkata' })
