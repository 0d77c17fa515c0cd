/** Byte patterns of UTF-8, after table 3-7 of the Unicode Standard (well-formed byte sequences). */

/** Length of the well-formed sequence at `at`, or 0 if there is none (also if the end cuts it off). */
function sequenceLength(bytes: Buffer, at: number): number {
  const lead = bytes[at] ?? 0xff
  if (lead < 0x80) return 1
  const length = lengthOf(lead)
  if (length === 0 || at + length > bytes.length) return 0
  for (let index = 1; index < length; index += 1) {
    if (!continues(lead, index, bytes[at + index] ?? 0)) return 0
  }
  return length
}

/**
 * True if `byte` may be `index` bytes after `lead`: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
function continues(lead: number, index: number, byte: number): boolean {
  if (index === 1) {
    if (lead === 0xe0) return byte >= 0xa0 && byte <= 0xbf
    if (lead === 0xed) return byte >= 0x80 && byte <= 0x9f
    if (lead === 0xf0) return byte >= 0x90 && byte <= 0xbf
    if (lead === 0xf4) return byte >= 0x80 && byte <= 0x8f
  }
  return byte >= 0x80 && byte <= 0xbf
}

/** Index of the first byte from `from` on outside a well-formed sequence; the length if there is none. */
export function findInvalidUtf8(bytes: Buffer, from: number): number {
  let at = from
  while (at < bytes.length) {
    if ((bytes[at] ?? 0) < 0x80) {
      at += 1
      continue
    }
    const length = sequenceLength(bytes, at)
    if (length === 0) return at
    at += length
  }
  return at
}

/** True if there is a well-formed multi-byte sequence: a letter outside ASCII. */
export function hasUtf8Letters(bytes: Buffer): boolean {
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) >= 0xc2 && sequenceLength(bytes, at) > 1) return true
  }
  return false
}

/** Number of bytes after lead bytes in well-formed sequences. Text of other encodings has few of them. */
export function countUtf8Proof(bytes: Buffer): number {
  let count = 0
  for (let at = 0; at < bytes.length; at += 1) {
    if ((bytes[at] ?? 0) < 0xc2) continue
    const length = sequenceLength(bytes, at)
    if (length < 2) continue
    count += length - 1
    at += length - 1
  }
  return count
}

/** Number of bytes at the end that begin an incomplete sequence: 0 to 3. */
export function incompleteUtf8Tail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const lead = bytes[bytes.length - back] ?? 0
    if (lead < 0x80) return 0
    if (lead < 0xc0) continue
    return mayBeCompleted(bytes.subarray(bytes.length - back)) ? back : 0
  }
  return 0
}

/** Length of the sequence that a lead byte announces; 0 for other bytes. */
function lengthOf(lead: number): number {
  if (lead < 0xc2 || lead >= 0xf5) return 0
  if (lead < 0xe0) return 2
  return lead < 0xf0 ? 3 : 4
}

/** True if the bytes are the well-formed start of a longer sequence. */
function mayBeCompleted(tail: Buffer): boolean {
  const lead = tail[0] ?? 0
  if (lengthOf(lead) <= tail.length) return false
  for (let index = 1; index < tail.length; index += 1) {
    if (!continues(lead, index, tail[index] ?? 0)) return false
  }
  return true
}

/** True if the only errors are letters cut off before an ASCII byte: programs cut cells by bytes. */
export function hasOnlyCutLetters(bytes: Buffer): boolean {
  for (let at = findInvalidUtf8(bytes, 0); at < bytes.length; at = findInvalidUtf8(bytes, at)) {
    let end = at + 1
    while (end < bytes.length && (bytes[end] ?? 0) >= 0x80 && (bytes[end] ?? 0) < 0xc0) end += 1
    const isCut = incompleteUtf8Tail(bytes.subarray(0, end)) === end - at
    // A lead byte alone is a letter in other encodings.
    if (!isCut || end - at < 2 || (bytes[end] ?? 0) >= 0x80) return false
    at = end
  }
  return true
}
