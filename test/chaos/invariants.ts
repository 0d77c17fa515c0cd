import type { Share, Workspace } from '../../dev/workspace/workspace.ts'
import type { FileUpload, Models } from '../../models/index.ts'
import { checkCustomers } from './check-customers.ts'
import { checkRows, checkThread } from './check-uploads.ts'
import type { CustomerFile } from './customer-files.ts'
import type { Wish } from './forget-people.ts'
import { hold } from './hold.ts'
import { type UploadStory, writeStory } from './upload-story.ts'

export interface SharedCustomerFile {
  readonly file: CustomerFile
  readonly share: Share
}

/**
 * Checks the database and the threads after everything has finished.
 * @returns the checked history
 */
export async function checkInvariants(
  models: Models,
  workspace: Workspace,
  shared: readonly SharedCustomerFile[],
  wishes: readonly Wish[],
  matches: boolean,
): Promise<UploadStory> {
  const uploads = await models.fileUploads.collection.find<FileUpload>({}).toArray()
  for (const { number, status, problem, cancelled } of uploads)
    hold(
      status === 'done' || (cancelled && problem?.code === 'cancelled') === true,
      `#${number} is ${status} (${problem?.code ?? 'no problem'})`,
    )
  const files = new Map<string, CustomerFile>()
  for (const { file, share } of shared) {
    const own = uploads.filter(({ source }) => source.kind === 'slack' && source.file_id === share.fileId)
    hold(own.length === 1, `${file.name} has ${own.length} uploads`)
    files.set(String(own[0]?._id), file)
  }
  const shares = uploads.filter((upload) => upload.kind === 'import')
  hold(shares.length === shared.length, `${shared.length} shares became ${shares.length} uploads`)
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
  for (const shown of story.uploads) {
    await checkRows(models, shown)
    const share = shareOf.get(shown.file)
    if (share) checkThread(await workspace.thread(share), shown.upload)
  }
  await checkCustomers(models, story)
  return story
}

function take<T>(known: ReadonlyMap<string, T>, id: FileUpload['_id'], complaint: string): T {
  const found = known.get(String(id))
  hold(found !== undefined, complaint)
  return found
}
