import { isUtf8 } from 'node:buffer'
import { findInvalidUtf8, incompleteUtf8Tail } from './utf8.ts'

/** The encoding according to the first bytes. */
export interface DetectedEncoding {
  /** iconv-lite name, or `legacy` if the bytes are not Unicode and the fallback applies. */
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'utf-32le' | 'utf-32be' | 'legacy'
  /** Bytes of the byte order mark to skip. */
  readonly bomBytes: number
}

const BOMS: readonly (readonly [DetectedEncoding['encoding'], readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  // Before UTF-16, because its mark starts with UTF-16's.
  ['utf-32le', [0xff, 0xfe, 0x00, 0x00]],
  ['utf-32be', [0x00, 0x00, 0xfe, 0xff]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
]

/**
 * Detects the encoding from the first bytes: by the byte order mark, else by the pattern of zero bytes of
 * UTF-16, else by valid UTF-8 letters. Pure ASCII counts as UTF-8.
 *
 * @param head the first bytes of the file
 * @param isWhole true if the file ends with them; otherwise a cut character at the end is ignored
 */
export function detectEncoding(head: Buffer, isWhole: boolean): DetectedEncoding {
  for (const [encoding, mark] of BOMS) {
    if (mark.every((byte, index) => head[index] === byte)) return { encoding, bomBytes: mark.length }
  }
  const wide = detectUtf16(head)
  if (wide) return { encoding: wide, bomBytes: 0 }
  const body = isWhole ? head : head.subarray(0, head.length - incompleteUtf8Tail(head))
  if (isUtf8(body)) return { encoding: 'utf-8', bomBytes: 0 }
  const { valid, invalid } = weighUtf8(body)
  // Text in other encodings is rarely valid UTF-8 by chance, so a few valid letters weigh more.
  return { encoding: valid > 0 && valid * 2 >= invalid ? 'utf-8' : 'legacy', bomBytes: 0 }
}

/**
 * Detects UTF-16 without a mark: separators, digits, spaces and line ends have a zero byte in every script,
 * always on the same side. Stray NULs fall on both sides.
 */
function detectUtf16(head: Buffer): 'utf-16le' | 'utf-16be' | null {
  const units = head.length >> 1
  if (units < 2) return null
  const zeros = [0, 0]
  for (let index = 0; index < units * 2; index += 1) {
    if (head[index] === 0) zeros[index & 1] = (zeros[index & 1] ?? 0) + 1
  }
  const [even = 0, odd = 0] = zeros
  if (odd > units * 0.15 && even <= odd * 0.05) return 'utf-16le'
  if (even > units * 0.15 && odd <= even * 0.05) return 'utf-16be'
  return null
}

function weighUtf8(bytes: Buffer): { valid: number; invalid: number } {
  let valid = 0
  let invalid = 0
  for (let at = 0; at < bytes.length; ) {
    const bad = findInvalidUtf8(bytes, at)
    for (let index = at; index < bad; index += 1) if ((bytes[index] ?? 0) >= 0xc0) valid += 1
    if (bad < bytes.length) invalid += 1
    at = bad + 1
  }
  return { valid, invalid }
}
