import { createReadStream } from 'node:fs'
import { EncodingProbe, type EncodingReading } from '../csv/index.ts'

interface Settings {
  readonly defaultRegion: string
  readonly fallbackEncoding: string | undefined
}

/** Lines of a file of this machine as the likely encodings read them; none where its bytes prove one. */
export async function findReadings(
  path: string,
  { defaultRegion: region, fallbackEncoding: fallback }: Settings,
): Promise<readonly EncodingReading[]> {
  const probe = new EncodingProbe()
  for await (const chunk of createReadStream(path)) probe.add(chunk as Uint8Array)
  const judged = await probe.judge({ region, fallback })
  return judged.kind === 'open' ? judged.readings : []
}
