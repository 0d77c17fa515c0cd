import { parsePhoneQuery } from '../../src/customers/phones/index.ts'
import { parseLookup, viewOfForm } from '../forms/index.ts'
import {
  brief,
  type CommandDeps,
  type Reply,
  toAsker,
  type Viewer,
  viewButton,
  viewValue,
} from '../reply/index.ts'

/** Maximum characters of the typed text; the limit on input is far higher. */
const MAX_LETTERS = 80
const MIN_ENDING = 4

/** One line, and the nearest working form as a button: the text may be a form of `/uploads`. */
export function describeNothingFound(text: string, viewer: Viewer, deps: CommandDeps): Reply {
  const view = viewOfForm(text, { ...deps, ...viewer })
  const button = view
    ? viewButton(brief(view.typed, MAX_LETTERS), viewValue(view.view, ...view.about))
    : viewButton('Show how to search', viewValue('help', 'customer'))
  return toAsker(
    { kind: 'headline', text: phraseNothing(brief(text, MAX_LETTERS), deps) },
    { kind: 'buttons', buttons: [button] },
  )
}

function phraseNothing(typed: string, { defaultRegion }: CommandDeps): string {
  const { digits = '', names, phone } = parseLookup(typed, defaultRegion)
  if (digits.length >= MIN_ENDING && names.length === 0 && phone === undefined)
    return `No customer has a loan ID ${digits} or a phone that ends in ${digits}.`
  const reading = /^\p{L}|@/u.test(typed) ? undefined : parsePhoneQuery(typed, defaultRegion)
  const why = reading?.kind === 'invalid' ? `, because it ${reading.reason}` : ''
  return `No customer was found for "${typed}"${why}.`
}
