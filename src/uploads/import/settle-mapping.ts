import { createStyleReader, type StyleOptions } from '../../customers/columns/index.ts'
import type { HeaderMapping } from '../../customers/fields/index.ts'
import type { ListFile } from '../../lists/index.ts'

/**
 * The mapping as the whole file proves it. The file is gone through once more only where its first rows do not tell day
 * from month, or thousands from decimals: nothing is written yet, and what is written is not read otherwise later.
 *
 * @param list the file as it was opened, for its first rows
 * @param openAgain opens it from its beginning
 */
export async function completeMapping(
  mapping: HeaderMapping,
  options: StyleOptions,
  { header, sample }: ListFile,
  openAgain: () => Promise<ListFile>,
  signal: AbortSignal,
): Promise<HeaderMapping> {
  const rows = sample.map(({ cells }) => cells)
  const settler = createStyleReader(mapping, header, rows, options)
  if (!settler) return mapping
  for await (const batch of (await openAgain()).batches()) {
    signal.throwIfAborted()
    for (const { cells } of batch) settler.add(cells)
    if (settler.isSettled) break
  }
  return settler.settle()
}
