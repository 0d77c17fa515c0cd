import type { FileUpload } from '../../models/index.ts'
import type { CommandDeps } from './command.ts'
import { brief, plural } from './format.ts'

type Fields = Pick<CommandDeps, 'catalogue'> & { readonly headings?: Headings }

/** Headings of columns without a catalogue field, by the value's path. */
export type Headings = ReadonlyMap<string, string>

/** The dependencies of commands, with the headings of the files in a reply. */
export type NamedDeps = CommandDeps & { readonly headings?: Headings }

/** A field's label: the catalogue's, or its column's heading. */
export function labelOf(path: string, { catalogue, headings }: Fields): string {
  const label = catalogue.field(path)?.label ?? headings?.get(path)
  return label ?? path.replace(/^attributes\./, '').replaceAll('_', ' ')
}

/** The headings as written in these files; a later file wins. */
export function headingsOf(uploads: Iterable<FileUpload>): Headings {
  const headings = new Map<string, string>()
  for (const { file } of [...uploads].sort((a, b) => a.number - b.number)) {
    for (const { target, field, keptAs, header } of file.mapping?.columns ?? []) {
      const name = target === 'attribute' ? field : keptAs
      const heading = header.replace(/\s+/g, ' ').trim()
      // This program's export writes the name, not the heading.
      if (name !== undefined && heading !== '' && !heading.startsWith('attributes.'))
        headings.set(`attributes.${name}`, brief(heading, MAX_HEADING))
    }
  }
  return headings
}

/** Maximum of fields named in a sentence, so that the text after them is not lost. */
const MAX_NAMED = 6
const MAX_LETTERS = 40
const MAX_HEADING = 60

/** Fields in a sentence: `address, amount due`, `a, b, c, d, e, f and 12 more fields`. */
export function nameFields(paths: readonly string[], fields: Fields): string {
  const named = paths
    .slice(0, MAX_NAMED)
    .map((path) => brief(lowerFirst(labelOf(path, fields)), MAX_LETTERS))
    .join(', ')
  const rest = paths.length - MAX_NAMED
  return rest > 0 ? `${named} and ${plural(rest, 'more field')}` : named
}

/** `EMI amount` keeps its capitals. */
function lowerFirst(label: string): string {
  return /^\p{Lu}\p{Lu}/u.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1)
}
