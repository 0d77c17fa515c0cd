import { setTimeout as sleep } from 'node:timers/promises'
import { WRONG_COLUMN } from '../../commands/reading/index.ts'
import type { Share, ShownView } from '../../dev/workspace/workspace.ts'
import type { FileUpload } from '../../models/index.ts'
import { type CustomerFile, makeMisreadFile, makeVisitorsFile, readRight } from './customer-files.ts'
import type { ErrandDeps } from './errand.ts'
import { ADMIN } from './forget-people.ts'
import { BrokenInvariant } from './hold.ts'
import type { SharedCustomerFile } from './invariants.ts'
import type { ShareTally } from './share-files.ts'

const ANSWER_WITHIN_MS = 4_000
const LOOK_MS = 250
const TARGET = 'form_menu:target'

/** A file whose columns were corrected after its import. */
export interface Correction {
  readonly share: Share
  /** The values of its share after the correction. */
  readonly corrected: CustomerFile
}

interface CorrectedShares {
  readonly shared: readonly SharedCustomerFile[]
  readonly corrections: readonly Correction[]
}

/**
 * Shares a list with towns in an unknown column, and a later list of the same customers. An admin corrects
 * the column of the first after its import, and repeats the request until it is answered. Bots are killed
 * meanwhile.
 */
export async function correctColumns(
  deps: ErrandDeps,
  { round, tally }: { readonly round: number; readonly tally: ShareTally },
): Promise<CorrectedShares> {
  const { chance, workspace, channels, print: write } = deps
  const channel = chance.pick(channels)
  const files = [makeMisreadFile(chance, round), makeVisitorsFile(chance, round)] as const
  const shared: SharedCustomerFile[] = []
  for (const file of files) {
    const share = await workspace.share('asha', channel, { name: file.name, bytes: Buffer.from(file.text) })
    shared.push({ file, share })
    tally.shares += 1
    tally.rows += file.rows.length
  }
  const [first] = shared
  if (!first) return { shared, corrections: [] }
  const upload = await waitForEnd(deps, first.share)
  // The upload was cancelled, so there is nothing to correct.
  if (upload.status !== 'done') return { shared, corrections: [] }
  await readAgain(deps, channel, upload)
  deps.tally.corrections += 1
  write(`an admin corrected the columns of #${upload.number}`)
  return { shared, corrections: [{ share: first.share, corrected: readRight(files[0]) }] }
}

async function waitForEnd({ models, stuckMs }: ErrandDeps, { fileId }: Share): Promise<FileUpload> {
  const deadline = Date.now() + 2 * stuckMs
  while (Date.now() < deadline) {
    const found = await models.fileUploads.collection.findOne<FileUpload>({
      'source.file_id': fileId,
      status: { $in: ['done', 'failed'] },
    })
    if (found) return found
    await sleep(LOOK_MS)
  }
  throw new BrokenInvariant('a list whose columns are to be corrected was not imported')
}

/** Opens the modal, submits it and confirms. After a lost answer it starts again. */
async function readAgain(deps: ErrandDeps, channel: string, { _id, number }: FileUpload): Promise<void> {
  const { workspace, models, tally, stuckMs } = deps
  const patience = { timeoutMs: ANSWER_WITHIN_MS }
  const isUndone = () => models.fileUploads.collection.findOne({ kind: 'undo', 'undo_of.file': _id })
  const deadline = Date.now() + stuckMs
  while (Date.now() < deadline) {
    const press = { action: `${WRONG_COLUMN}:0`, value: String(number) }
    const { answers } = await workspace.act(ADMIN, channel, press, patience)
    const window = answers.find(({ window: shown }) => shown)?.window
    const asked = window && (await send(window))
    if (asked?.callbackId.startsWith('question:')) {
      // The modal is submitted twice; the second submission must not undo more.
      await Promise.all([
        workspace.submit(ADMIN, asked, '', patience),
        workspace.submit(ADMIN, asked, '', patience),
      ])
    }
    if (await isUndone()) return
    tally.unanswered += 1
    await sleep(LOOK_MS)
  }
  throw new BrokenInvariant(`the columns of #${number} were not corrected for ${stuckMs / 1000} s`)

  async function send(window: ShownView): Promise<ShownView | undefined> {
    return await workspace.submit(ADMIN, window, '', {
      ...patience,
      picks: { 'row:1': { [TARGET]: 'city' } },
    })
  }
}
