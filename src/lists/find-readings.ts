import { basename } from 'node:path'
import { EncodingProbe, type EncodingReading } from '../csv/index.ts'
import { identifyFile, openZippedFile } from '../xlsx/index.ts'
import { readFileBytes } from './read-file-bytes.ts'

interface Settings {
  readonly defaultRegion: string
  readonly fallbackEncoding: string | undefined
  readonly limits: { readonly maxBytes: number }
}

/**
 * Lines of a local file, or of the list in a zip archive, decoded with each likely encoding; none if the
 * bytes prove one.
 */
export async function findReadings(
  path: string,
  { defaultRegion: region, fallbackEncoding: fallback, limits: { maxBytes } }: Settings,
): Promise<readonly EncodingReading[]> {
  const probe = new EncodingProbe()
  const fileName = basename(path)
  if ((await identifyFile(path, fileName)) === 'zip') {
    const zipped = await openZippedFile(path, { maxBytes, fileName })
    try {
      for await (const chunk of zipped.read()) probe.add(chunk)
    } finally {
      await zipped.close()
    }
  } else for await (const chunk of readFileBytes(path)) probe.add(chunk)
  const checked = await probe.rate({ region, fallback })
  return checked.kind === 'open' ? checked.readings : []
}
