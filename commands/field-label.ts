import type { CommandDeps } from './command.ts'

type Fields = Pick<CommandDeps, 'catalogue'>

/** What a field is called: as in the catalogue, or as the heading its column had. */
export function labelOf(path: string, { catalogue }: Fields): string {
  return catalogue.field(path)?.label ?? path.replace(/^attributes\./, '').replaceAll('_', ' ')
}

/** Fields inside a sentence: `address, amount due`. */
export function nameFields(paths: readonly string[], fields: Fields): string {
  return paths.map((path) => lowerFirst(labelOf(path, fields))).join(', ')
}

/** `EMI amount` keeps its capitals. */
function lowerFirst(label: string): string {
  return /^\p{Lu}\p{Lu}/u.test(label) ? label : label.charAt(0).toLowerCase() + label.slice(1)
}
