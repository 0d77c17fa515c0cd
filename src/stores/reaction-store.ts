import { type FileUpload, type Models, updateMatching } from '../../models/index.ts'

type Id = FileUpload['_id']

/** The stored state of the reactions on a file's message. */
export interface KnownReactions {
  readonly upload: Pick<FileUpload, 'status' | 'problem'>
  readonly channel: string
  /** `ts` of the message; absent until the file was opened. */
  readonly ts?: string
  /** Names that may be there. */
  readonly reactions: readonly string[]
  /** The last one added. */
  readonly shown?: string
}

/** Shared by all processes. All methods throw driver errors. */
export interface ReactionStore {
  /** @returns undefined if it is no import of a file in Slack */
  find(id: Id): Promise<KnownReactions | undefined>
  /** The same from an upload that was read just now. */
  read(upload: FileUpload): KnownReactions | undefined
  /**
   * Stores that a reaction may be there from now on, unless the upload's status has changed.
   * @returns the state after this change, as `find`; undefined also if the status has changed
   */
  willAdd(id: Id, name: string, status: FileUpload['status']): Promise<KnownReactions | undefined>
  /** Stores what was added and removed. @returns the state after this change, as `find` */
  changed(id: Id, added: string, removed: readonly string[]): Promise<KnownReactions | undefined>
  /** Sets whether a retry is due. */
  setDue(id: Id, isDue: boolean): Promise<void>
  listDue(): Promise<Id[]>
}

const MAX_DUE = 200
const FIELDS = { kind: 1, status: 1, problem: 1, source: 1, message: 1, receipt: 1 } as const

export function createReactionStore({ models }: { models: Models }): ReactionStore {
  const uploads = models.fileUploads.collection

  type Change = Parameters<typeof uploads.updateOne>[1]

  async function change(_id: Id, update: Change): Promise<void> {
    await uploads.updateOne({ _id }, update)
  }

  return {
    async find(_id) {
      return describe(await uploads.findOne<FileUpload>({ _id }, { projection: FIELDS }))
    },
    read: describe,
    async willAdd(_id, name, status) {
      const isImport = { _id, status, kind: 'import', 'source.kind': 'slack' }
      const change = { $addToSet: { 'receipt.reactions': name } }
      return describe(await updateMatching(models.fileUploads, isImport, change, { projection: FIELDS }))
    },
    async changed(_id, added, removed) {
      // Stored again: another process may have deleted the name before the reaction existed.
      const names = { $setUnion: [{ $ifNull: ['$receipt.reactions', []] }, [added]] }
      const change = [
        {
          $set: {
            'receipt.reactions': { $setDifference: [names, [...removed]] },
            'receipt.reaction': added,
          },
        },
        { $unset: 'receipt.reaction_due' },
      ]
      return describe(await updateMatching(models.fileUploads, { _id }, change, { projection: FIELDS }))
    },
    setDue: (id, isDue) =>
      change(
        id,
        isDue ? { $set: { 'receipt.reaction_due': true } } : { $unset: { 'receipt.reaction_due': '' } },
      ),
    async listDue() {
      const due = uploads.find<Pick<FileUpload, '_id'>>({ 'receipt.reaction_due': true })
      const found = await due.project<Pick<FileUpload, '_id'>>({ _id: 1 }).limit(MAX_DUE).toArray()
      return found.map(({ _id }) => _id)
    },
  }
}

function describe(upload: FileUpload | null): KnownReactions | undefined {
  if (upload?.kind !== 'import' || upload.source.kind !== 'slack') return undefined
  const { reactions = [], reaction } = upload.receipt
  const ts = upload.message?.split(' ').at(-1)
  return {
    upload,
    channel: upload.source.channel,
    ...(ts !== undefined && { ts }),
    reactions,
    ...(reaction !== undefined && { shown: reaction }),
  }
}
