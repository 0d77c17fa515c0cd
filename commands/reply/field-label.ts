import type { CommandDeps } from './command.ts'
import { brief, plural } from './format.ts'

type Fields = Pick<CommandDeps, 'catalogue'>

/** What a field is called: as in the catalogue, or as the heading its column had. */
export function labelOf(path: string, { catalogue }: Fields): string {
  return catalogue.field(path)?.label ?? path.replace(/^attributes\./, '').replaceAll('_', ' ')
}

/** Fields named in a sentence: what comes behind them must not be lost to their number. */
const MAX_NAMED = 6
const MAX_LETTERS = 40

/** Fields inside a sentence: `address, amount due`, `a, b, c, d, e, f and 12 more fields`. */
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
