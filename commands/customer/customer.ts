import { toDatabaseError } from '../../models/index.ts'
import { parsePhoneQuery } from '../../src/customers/phones/index.ts'
import {
  type CommandDeps,
  type CommandInput,
  describeTooLong,
  type Inline,
  type Reply,
  toAsker,
} from '../reply/index.ts'
import { type Day, nearestWord, parseDay } from '../text/index.ts'
import { describePhone } from './customer-card.ts'
import { confirmForget } from './customer-forget.ts'
import { describeHistory } from './customer-history.ts'
import { describeOnDay } from './customer-on-day.ts'
import { searchCustomers } from './customer-search.ts'

const EXAMPLE: Inline = { code: '/customer +91 74171 19014' }
const HISTORY = 'history'

/** `/customer …`: one customer now, on a day or over time; found by phone, name, e-mail or loan number. */
export async function runCustomer(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const text = input.text.trim().replace(/\s+/g, ' ')
  if (text === '' || text.toLowerCase() === 'help') return explain()
  const tooLong = describeTooLong(text)
  if (tooLong) return tooLong
  try {
    return await answer(text, input, deps)
  } catch (error) {
    throw toDatabaseError(error)
  }
}

async function answer(text: string, input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const [, whom] = /^forget (.+)$/i.exec(text) ?? []
  if (whom !== undefined) return await confirmForget(whom, input, deps)
  const whose = readHistoryOf(text, deps)
  if (whose !== undefined) return await answerHistory(whose, input, deps)
  const dated = splitDay(text, input, deps)
  if (dated) return await answerOnDay(dated, input, deps)
  const phone = parsePhoneQuery(text, deps.defaultRegion)
  const showCard = (found: string) => describePhone(found, input, deps)
  if (phone.kind === 'phone') {
    const card = await showCard(phone.phone)
    // A loan number can look like a phone.
    return isFound(card) ? card : ((await searchCustomers(text, deps, showCard)) ?? card)
  }
  return (await searchCustomers(text, deps, showCard)) ?? describeNothingFound(text, phone.reason)
}

/** `history 07417119014`, also the other way round, and mistyped. Undefined where it is no such word. */
function readHistoryOf(text: string, deps: CommandDeps): string | undefined {
  const words = text.split(' ')
  const ends: [string, string[]][] = [
    [words[0] ?? '', words.slice(1)],
    [words.at(-1) ?? '', words.slice(0, -1)],
  ]
  for (const [word, rest] of ends)
    if (word.toLowerCase() === HISTORY || isMistyped(word, rest, deps)) return rest.join(' ')
  return undefined
}

/** `histroy 07417119014`: a phone stands beside it, so it is no name. */
function isMistyped(word: string, rest: readonly string[], { defaultRegion }: CommandDeps): boolean {
  return (
    nearestWord(word, [HISTORY]) !== undefined &&
    parsePhoneQuery(rest.join(' '), defaultRegion).kind === 'phone'
  )
}

const isFound = ({ parts }: Reply): boolean => parts.some(({ kind }) => kind === 'buttons')

interface Dated {
  readonly who: string
  readonly written: string
  /** Undefined where `written` is no day. */
  readonly day: Day | undefined
}

/** `07417119014 on 15 Jan`, `07417119014 yesterday`. */
function splitDay(
  text: string,
  { now }: CommandInput,
  { timeZone, dateOrder }: CommandDeps,
): Dated | undefined {
  const options = { now, timeZone, dateOrder }
  const [, who, written] = /^(.+?) (?:on|as of|at) (.+)$/i.exec(text) ?? []
  if (who !== undefined && written !== undefined) return { who, written, day: parseDay(written, options) }
  const words = text.split(' ')
  // The longest end that names a day: `last friday`, not `friday`. Numbers are left to the phone.
  for (let at = 1; at < words.length; at += 1) {
    const ending = words.slice(at).join(' ')
    if (!/\p{L}/u.test(ending) && !/^\d{4}-\d\d-\d\d$/.test(ending)) continue
    const day = parseDay(ending, options)
    if (day !== undefined) return { who: words.slice(0, at).join(' '), written: ending, day }
  }
  return undefined
}

async function answerOnDay(
  { who, written, day }: Dated,
  input: CommandInput,
  deps: CommandDeps,
): Promise<Reply> {
  const phone = parsePhoneQuery(who, deps.defaultRegion)
  if (phone.kind === 'invalid') {
    // `Priya Sun`, `Ram on Call`: a name that ends like a day.
    const showCard = (found: string) => describePhone(found, input, deps)
    const named = await searchCustomers(`${who} ${written}`, deps, showCard)
    if (named) return named
    if (day === undefined) return describeNothingFound(`${who} ${written}`, phone.reason)
    const found = await searchCustomers(who, deps, (one) => describeOnDay(one, day, input, deps))
    return found ?? describeNothingFound(who, phone.reason)
  }
  if (day === undefined)
    return toAsker(
      { kind: 'headline', text: `The day "${written}" was not understood.` },
      {
        kind: 'text',
        text: [
          'Write it like ',
          { code: 'on 2026-01-15' },
          ', ',
          { code: 'on 15 Jan' },
          ', ',
          { code: 'yesterday' },
          ' or ',
          { code: 'last friday' },
          '.',
        ],
      },
    )
  return await describeOnDay(phone.phone, day, input, deps)
}

async function answerHistory(who: string, input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const phone = parsePhoneQuery(who, deps.defaultRegion)
  if (phone.kind === 'phone') return await describeHistory(phone.phone, 0, input, deps)
  if (who === '')
    return toAsker(
      { kind: 'headline', text: 'Whose history? Type a phone number or a name.' },
      { kind: 'text', text: ['Example: ', { code: '/customer history 07417119014' }, '.'] },
    )
  const found = await searchCustomers(who, deps, (one) => describeHistory(one, 0, input, deps))
  return found ?? describeNothingFound(who, phone.reason)
}

function explain(): Reply {
  return toAsker(
    {
      kind: 'headline',
      text: 'Which customer? Type a phone number, a name, an e-mail address or a loan ID.',
    },
    {
      kind: 'list',
      items: [
        [EXAMPLE, ': one customer; spaces, dashes and a leading 0 are allowed'],
        [{ code: '/customer sharma' }, ': all customers with a word in their name that starts like this'],
        [{ code: '/customer history 07417119014' }, ': what changed, newest first, and who changed it'],
        [
          { code: '/customer 07417119014 on 15 Jan' },
          ': the customer on that day; yesterday and last friday also work',
        ],
        [{ code: '/customer forget 07417119014' }, ': erase a person everywhere; admins only'],
      ],
    },
    { kind: 'note', text: 'Only you can see the answer, unless you share it.' },
  )
}

/** @param why completes a sentence: "has too few digits" */
function describeNothingFound(text: string, why: string): Reply {
  const isName = /^\p{L}/u.test(text)
  return toAsker(
    {
      kind: 'headline',
      text: isName
        ? `No customer was found for "${text}".`
        : `The search is not possible, because your text ${why}.`,
    },
    {
      kind: 'text',
      text: isName
        ? ['Search by phone, e-mail address, loan ID or the beginning of a name. Example: ', EXAMPLE, '.']
        : ['Type the whole number, for example ', EXAMPLE, ', or a name, an e-mail address or a loan ID.'],
    },
  )
}
