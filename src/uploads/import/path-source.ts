import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename } from 'node:path'
import type { FileUpload } from '../../../models/index.ts'
import { AppError } from '../../errors.ts'
import type { FileSource, OpenedFile } from '../lease/index.ts'

/** Opens files named on the command line of this machine. */
export function createPathSource(): FileSource {
  return {
    canOpen: ({ source }) => source.kind === 'cli' && source.host === hostname(),
    open: openPath,
  }
}

/** @throws AppError path_unreadable */
async function openPath({ source, file }: FileUpload): Promise<OpenedFile> {
  const path = source.kind === 'cli' ? source.path : file.name
  return { name: basename(path), bytes: await sizeOf(path), stream: createReadStream(path) }
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
