import { parsePhoneQuery } from '../../src/customers/phones/index.ts'
import { resolveUpload } from '../access/index.ts'
import { type FormPage, pageOfForm, parseLookup } from '../forms/index.ts'
import {
  type Button,
  brief,
  type CommandDeps,
  pageButton,
  pageValue,
  type Reply,
  toAsker,
  traced,
  type Viewer,
} from '../reply/index.ts'
import { nearestWord } from '../text/index.ts'

/** Maximum characters of the typed text; the limit on input is far higher. */
const MAX_LETTERS = 80
const MAX_LABEL = 60
const MIN_ENDING = 4
/** Maximum of shorter texts to try; each costs a search. */
const MAX_TRIED = 3
/** Maximum of customers behind one button, because a button's value is limited. */
const MAX_CUSTOMERS = 12

/** @returns IDs of the customers found by a text */
type Find = (text: string) => Promise<readonly string[]>

/** A search that finds customers near the typed text. */
interface Nearest {
  readonly text: string
  readonly customers: readonly string[]
  /** True if the person asked for changes. */
  readonly isHistory: boolean
}

/**
 * One line, with a button for the nearest text that works: a part of the typed text, or a form of `/uploads`.
 */
export async function describeNothingFound(
  text: string,
  viewer: Viewer,
  deps: CommandDeps,
  find: Find,
): Promise<Reply> {
  const page = await findForm(text, viewer, deps)
  const nearest = page ? undefined : await findNearest(text, deps, find)
  const headline = phraseNothing(brief(text, MAX_LETTERS), deps)
  const reply = toAsker(
    {
      kind: 'headline',
      text: nearest ? `${headline} The nearest is "${brief(nearest.text, MAX_LABEL)}".` : headline,
    },
    { kind: 'buttons', buttons: [chooseButton(page, nearest)] },
  )
  return nearest ? traced(reply, 'looked_up', { customers: nearest.customers }) : reply
}

function chooseButton(page: FormPage | undefined, nearest: Nearest | undefined): Button {
  if (page) return pageButton(brief(page.typed, MAX_LETTERS), pageValue(page.page, ...page.about))
  if (!nearest) return pageButton('Show how to search', pageValue('help', 'customer'))
  const { text, customers, isHistory } = nearest
  const [only, ...others] = customers
  return isHistory && only !== undefined && others.length === 0
    ? pageButton(`History of ${brief(text, MAX_LABEL)}`, pageValue('history', only, 0))
    : pageButton(`Show ${brief(text, MAX_LABEL)}`, pageValue('people', ...customers))
}

/** Finds a form of `/uploads`. A form that names a file counts only if the file exists. */
async function findForm(text: string, viewer: Viewer, deps: CommandDeps): Promise<FormPage | undefined> {
  const page = pageOfForm(text, { ...deps, ...viewer })
  if (page?.page !== 'upload') return page
  const upload = await resolveUpload(Number(page.about[0]), viewer, deps)
  return upload === null || upload === 'elsewhere' ? undefined : page
}

async function findNearest(text: string, deps: CommandDeps, find: Find): Promise<Nearest | undefined> {
  for (const { isHistory, text: tried } of shorterTexts(text, deps).slice(0, MAX_TRIED)) {
    const customers = await find(tried)
    if (customers.length > 0) return { text: tried, customers: customers.slice(0, MAX_CUSTOMERS), isHistory }
  }
  return undefined
}

/**
 * Texts that may have been meant, the likeliest first: an address without its end, without its sign, or one
 * word fewer.
 */
function shorterTexts(text: string, { defaultRegion }: CommandDeps): Pick<Nearest, 'text' | 'isHistory'>[] {
  const { core, email, names, digits, place, text: whole } = parseLookup(text, defaultRegion)
  const meant = core ?? whole
  if (email !== undefined) {
    const before = email.slice(0, email.indexOf('@') + 1)
    return before.length > 2 && before !== email ? [{ text: before, isHistory: false }] : []
  }
  if (/^[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+$/u.test(meant)) return [{ text: `@${meant}`, isHistory: false }]
  if (place !== undefined)
    return [names.join(' '), `in ${place}`]
      .filter((one) => one !== '' && one !== meant)
      .map((one) => ({ text: one, isHistory: false }))
  const words = meant.split(' ')
  if (names.length === 0 && digits !== undefined && digits.length >= MIN_ENDING && digits.length < 10)
    return [{ text: `${digits}*`, isHistory: false }]
  if (words.length < 2 || (names.length === 0 && digits !== undefined)) return []
  const without = words.map((word, at) => ({
    text: words.filter((_, other) => other !== at).join(' '),
    isHistory: nearestWord(word, ['history']) !== undefined,
  }))
  // People type the word they are surest of first.
  return without.toReversed().sort((a, b) => Number(b.isHistory) - Number(a.isHistory))
}

function phraseNothing(typed: string, { defaultRegion }: CommandDeps): string {
  const { digits = '', names, phone } = parseLookup(typed, defaultRegion)
  if (digits.length >= MIN_ENDING && names.length === 0 && phone === undefined)
    return `No customer has a loan ID ${digits} or a phone that ends in ${digits}.`
  const reading = /^\p{L}|@/u.test(typed) ? undefined : parsePhoneQuery(typed, defaultRegion)
  const why = reading?.kind === 'invalid' && /\p{N}/u.test(typed) ? `, because it ${reading.reason}` : ''
  return `No customer was found for "${typed}"${why}.`
}
