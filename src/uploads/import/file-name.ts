import { tidyText } from '../../customers/cells/index.ts'

/** Characters; the limit of most file systems. */
const LONGEST = 255

/**
 * The file name to show: its owner's name without invisible characters and at a readable length. The
 * extension stays. Empty if nothing is left.
 */
export function readFileName(written: string): string {
  const name = tidyText(written)
  if (name.length <= LONGEST) return name
  const ending = /\.[a-z0-9]{1,10}$/i.exec(name)?.[0] ?? ''
  return `${name.slice(0, LONGEST - ending.length - 1)}…${ending}`.replace(/\p{Surrogate}/gu, '')
}
