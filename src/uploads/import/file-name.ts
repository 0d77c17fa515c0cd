import { tidyText } from '../../customers/cells/index.ts'

/** Characters, as most file systems have it. */
const LONGEST = 255

/**
 * What we call a file: what its owner calls it, without signs that nobody sees and at a length that can be read. The
 * ending stays, because it says what the file is. Empty where nothing is left.
 */
export function readFileName(written: string): string {
  const name = tidyText(written)
  if (name.length <= LONGEST) return name
  const ending = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? ''
  return `${name.slice(0, LONGEST - ending.length - 1)}…${ending}`.replace(/\p{Surrogate}/gu, '')
}
