import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import type { FileUpload, Models } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import { openListFile, readFileBytes, spoolFile } from '../../lists/index.ts'
import type { FileSource, OpenedFile } from '../lease/index.ts'
import { createFirstPass, listOtherPhones } from '../readings/index.ts'
import { chooseList } from './choose-list.ts'
import { columnSettings, type ImportOptions, readerOf, readOptions } from './import-options.ts'
import { understandColumns } from './understand-columns.ts'

/** Opens files named on the command line of this machine. */
export function createPathSource(): FileSource {
  return {
    canOpen: ({ source }) => source.kind === 'cli' && source.host === hostname(),
    check: checkPath,
    open: openPath,
  }
}

/** @throws AppError path_unreadable; file_changed if it has another size than before */
async function checkPath({ source, file }: FileUpload): Promise<void> {
  const bytes = await sizeOf(source.kind === 'cli' ? source.path : file.name)
  if (file.bytes !== undefined && file.bytes !== bytes)
    throw new AppError('file_changed', { file: file.name })
}

/** @throws AppError path_unreadable */
async function openPath({ source, file }: FileUpload): Promise<OpenedFile> {
  const path = source.kind === 'cli' ? source.path : file.name
  return { name: basename(path), bytes: await sizeOf(path), stream: readFileBytes(path) }
}

/** @throws AppError path_unreadable if there is no readable file */
export async function sizeOf(path: string): Promise<number> {
  const reason = (why: string, cause?: unknown) =>
    new AppError('path_unreadable', { path, reason: why }, cause)
  try {
    const found = await stat(path)
    if (found.isFile()) return found.size
  } catch (error) {
    throw reason(
      Reflect.get(error as object, 'code') === 'ENOENT' ? 'there is no such file' : 'not allowed',
      error,
    )
  }
  throw reason('it is not a file')
}

/** A row's phones in the earlier reading of these headings and in the current one. */
interface OtherPhones {
  readonly line: number
  readonly phones: readonly [string | null, string | null]
}

/**
 * Reads a file that the command line rejected again, to list rows that get another phone.
 * @throws AppError the file's errors
 */
export async function findOtherPhones(
  models: Models,
  upload: FileUpload,
  options: ImportOptions,
  signal: AbortSignal,
): Promise<readonly OtherPhones[]> {
  const { name, stream } = await openPath(upload)
  const encoding = upload.source.kind === 'cli' ? upload.source.encoding : undefined
  const { maxBytes } = options.limits
  const hints = { region: options.defaultRegion, fallback: options.fallbackEncoding }
  const spooled = await spoolFile(stream, { name, maxBytes, signal, hints })
  try {
    const lists = await openListFile(spooled, {
      options: readOptions({ ...options, encoding }),
      name,
      signal,
    })
    try {
      const settings = columnSettings(options)
      const chosen = await chooseList({ models, settings, fileName: name, signal }, upload, lists.lists)
      if (chosen.kind === 'ask') return []
      const list = await chosen.list.open()
      await list.close()
      const understood = await understandColumns(models, settings, upload, name, list)
      const described = understood.kind === 'mapped' ? understood.columns : undefined
      const context = {
        models,
        settings: { ...settings, ...(described && { assigned: described.columns }) },
        fileName: name,
        search: createFirstPass({
          list,
          openAgain: () => chosen.list.open(),
          settings,
          signal,
          mayBeTooLong: false,
        }).search,
        readerOf: (mapping: Parameters<typeof readerOf>[0]) => readerOf(mapping, list.header, options),
      }
      return await listOtherPhones(context, upload, list, understood)
    } finally {
      await lists.close()
    }
  } finally {
    await spooled.remove()
  }
}
