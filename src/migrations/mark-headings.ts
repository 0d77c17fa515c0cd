import type { FileUpload, Models } from '../../models/index.ts'
import { bareHeader } from '../customers/columns/index.ts'

/**
 * Stores the headings' fingerprint on older imports, so that later files are compared with how they were
 * read.
 */
export async function markHeadings({ fileUploads }: Models): Promise<void> {
  const unmarked = {
    kind: 'import',
    'file.header': { $exists: true },
    'file.mapping.isHeaderRow': { $ne: true },
    'file.headings': { $exists: false },
  }
  const found = fileUploads.collection.find<Pick<FileUpload, '_id' | 'file'>>(unmarked, {
    projection: { 'file.header': 1 },
  })
  for await (const { _id, file } of found) {
    const { headings } = bareHeader(file.header ?? [])
    if (headings !== null)
      await fileUploads.collection.updateOne({ _id }, { $set: { 'file.headings': headings } })
  }
}
