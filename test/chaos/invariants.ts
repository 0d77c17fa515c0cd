import type { Share, Workspace } from '../../dev/workspace/workspace.ts'
import type { FileUpload, Models } from '../../models/index.ts'
import { checkCustomers } from './check-customers.ts'
import { checkCorrectedThread, checkRows, checkThread } from './check-uploads.ts'
import { checkWords } from './check-words.ts'
import type { Correction } from './correct-columns.ts'
import type { CustomerFile } from './customer-files.ts'
import type { Wish } from './forget-people.ts'
import { hold } from './hold.ts'
import { type UploadStory, writeStory } from './upload-story.ts'

export interface SharedCustomerFile {
  readonly file: CustomerFile
  readonly share: Share
}

interface AskedFor {
  readonly shared: readonly SharedCustomerFile[]
  readonly wishes: readonly Wish[]
  readonly corrections: readonly Correction[]
}

/**
 * Checks the database and the threads after everything has finished.
 * @returns the checked history
 */
export async function checkInvariants(
  models: Models,
  workspace: Workspace,
  { shared, wishes, corrections }: AskedFor,
  matches: boolean,
): Promise<UploadStory> {
  const uploads = await models.fileUploads.collection.find<FileUpload>({}).toArray()
  for (const { number, status, problem, cancelled } of uploads)
    hold(
      status === 'done' || status === 'undone' || (cancelled && problem?.code === 'cancelled') === true,
      `#${number} is ${status} (${problem?.code ?? 'no problem'})`,
    )
  const files = new Map<string, CustomerFile>()
  for (const { file, share } of shared) {
    const own = uploads.filter(
      (upload) => upload.kind === 'import' && isShareOf(upload, share.fileId) && !isReread(upload),
    )
    hold(own.length === 1, `${file.name} has ${own.length} uploads`)
    files.set(String(own[0]?._id), file)
  }
  const shares = uploads.filter((upload) => upload.kind === 'import' && !isReread(upload))
  hold(shares.length === shared.length, `${shared.length} shares became ${shares.length} uploads`)
  for (const { share, corrected } of corrections) files.set(findReread(uploads, share.fileId), corrected)
  const undone = uploads.filter(({ status, kind }) => status === 'undone' || kind === 'undo')
  hold(
    undone.length === 2 * corrections.length,
    `${corrections.length} corrections came to ${undone.length} undone uploads and undos`,
  )
  const phones = new Map<string, string>()
  for (const { token, phone } of wishes) {
    const [id, ...others] = uploads.filter(({ _id }) => token.startsWith(String(_id)))
    hold(id !== undefined && others.length === 0, `a wish to be forgotten became ${others.length} requests`)
    phones.set(String(id._id), phone)
  }

  const story = writeStory(uploads, {
    matches,
    fileOf: ({ _id, number }) => take(files, _id, `#${number} is of no file that was shared`),
    phoneOf: ({ _id, number }) => take(phones, _id, `nobody asked for #${number}`),
  })
  const shareOf = new Map(shared.map(({ file, share }) => [file, share]))
  const again = new Set(corrections.map(({ share }) => share.fileId))
  for (const shown of story.uploads) {
    await checkRows(models, shown)
    const share = shareOf.get(shown.file)
    if (!share) continue
    const thread = await workspace.thread(share)
    if (again.has(share.fileId))
      checkCorrectedThread(
        thread,
        uploads.filter((one) => isShareOf(one, share.fileId)),
      )
    else checkThread(thread, shown.upload)
  }
  await checkCustomers(models, story)
  await checkWords(models)
  return story
}

const isShareOf = ({ source }: FileUpload, fileId: string): boolean =>
  source.kind === 'slack' && source.file_id === fileId

const isReread = (upload: FileUpload): boolean => upload.kind === 'import' && upload.reread_of !== undefined

/**
 * Finds the one undo and the one new upload of a file with corrected columns, wherever a bot was killed.
 * @returns the `_id` of the new upload
 */
function findReread(uploads: readonly FileUpload[], fileId: string): string {
  const [again, ...others] = uploads.filter((upload) => isShareOf(upload, fileId) && isReread(upload))
  hold(
    again !== undefined && others.length === 0,
    `a corrected file was read again ${others.length + (again ? 1 : 0)} times`,
  )
  const reread = again.kind === 'import' ? again.reread_of : undefined
  const undos = uploads.filter(
    (upload) => upload.kind === 'undo' && String(upload.undo_of.file) === String(reread?.upload),
  )
  hold(
    undos.length === 1 && String(undos[0]?._id) === String(reread?.undo),
    `#${again.number} has ${undos.length} undos`,
  )
  hold(!('message' in again), `#${again.number} claims the message of the share`)
  return String(again._id)
}

function take<T>(known: ReadonlyMap<string, T>, id: FileUpload['_id'], complaint: string): T {
  const found = known.get(String(id))
  hold(found !== undefined, complaint)
  return found
}
