/**
 * Splits items into runs whose sizes sum up to at most `maxSize`. A larger item gets a run of its own.
 * @param maxItems maximum of items in a run
 */
export function chunkBy<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  maxSize: number,
  maxItems = Number.POSITIVE_INFINITY,
): T[][] {
  const chunks: T[][] = []
  let size = 0
  for (const item of items) {
    const own = sizeOf(item)
    const last = chunks.at(-1)
    if (last && last.length < maxItems && size + own <= maxSize) {
      last.push(item)
      size += own
    } else {
      chunks.push([item])
      size = own
    }
  }
  return chunks
}
