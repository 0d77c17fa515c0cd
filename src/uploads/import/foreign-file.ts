/** The words for files that are no CSV, for places that tell them by their name before a byte is read. */
export { type ForeignFormat, formatOfExtension } from '../../csv/index.ts'
