import { parsePhoneQuery } from '../../src/customers/phones/index.ts'
import { refuseManyQuestions } from '../access/index.ts'
import { type CustomerRequest, FORMS, MAX_TERMS, parseCustomerRequest } from '../forms/index.ts'
import {
  brief,
  type CommandDeps,
  type CommandInput,
  describeTooLong,
  pageButton,
  pageValue,
  type Reply,
  type Sentence,
  toAsker,
  traced,
} from '../reply/index.ts'
import { describePhone } from './customer-card.ts'
import { confirmForget } from './customer-forget.ts'
import { describeHistory } from './customer-history.ts'
import { describeOnDay } from './customer-on-day.ts'
import { describeSeveralTerms } from './customer-several-terms.ts'
import { findCustomersBy, lookUp, tryLookUp } from './look-up.ts'
import { describeNothingFound } from './nothing-found.ts'

const MAX_LETTERS = 60

/** `/customer …`: finds a customer by free text, and shows them now, on a day or over time. */
export async function runCustomer(input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const tooLong = describeTooLong(input.text.trim().replace(/\s+/g, ' '))
  if (tooLong) return tooLong
  return await answer(parseCustomerRequest(input.text, { ...deps, now: input.now }), input, deps)
}

type Asked<Kind extends CustomerRequest['kind']> = Extract<CustomerRequest, { kind: Kind }>

async function answer(request: CustomerRequest, input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const showCard = (phone: string) => describePhone(phone, input, deps)
  switch (request.kind) {
    case 'help':
      return explainCustomer()
    case 'forget':
      return await confirmForget(request.who, input, deps)
    case 'history':
      return await answerHistory(request.who, input, deps)
    case 'on_day':
      return await answerOnDay(request, input, deps)
    case 'several':
      return await answerSeveral(request, input, deps)
    case 'not_offered':
      return await answerNotOffered(request, input, deps)
    case 'lookup':
      return await lookUp(request.text, input, deps, showCard)
  }
}

async function answerOnDay(
  { who, written, day }: Asked<'on_day'>,
  input: CommandInput,
  deps: CommandDeps,
): Promise<Reply> {
  if (parsePhoneQuery(who, deps.defaultRegion).kind === 'invalid' && !/\d{4}/.test(who)) {
    // `Priya Sun`, `Ram on Call`: a name that ends like a day.
    const showCard = (phone: string) => describePhone(phone, input, deps)
    const named = await tryLookUp(`${who} ${written}`, input, deps, showCard)
    if (named) return named
    if (day === undefined && !/\d/.test(written))
      return await describeNothingFound(input.text.trim(), input, deps, (one) =>
        findCustomersBy(one, input, deps),
      )
  }
  if (day === undefined) return describeUnknownDay(written)
  return await lookUp(who, input, deps, (phone) => describeOnDay(phone, day, input, deps))
}

function describeUnknownDay(written: string): Reply {
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
}

async function answerHistory(who: string, input: CommandInput, deps: CommandDeps): Promise<Reply> {
  if (who === '')
    return toAsker(
      { kind: 'headline', text: 'Whose history? Type a phone number or a name.' },
      { kind: 'text', text: ['Example: ', { code: '/customer history 07417119014' }, '.'] },
    )
  return await lookUp(who, input, deps, (phone) => describeHistory(phone, 0, input, deps))
}

/** `Sharma, Kushal` is one person if there is one; otherwise each term is looked up separately. */
async function answerSeveral(
  { terms, whole }: Asked<'several'>,
  input: CommandInput,
  deps: CommandDeps,
): Promise<Reply> {
  const showCard = (phone: string) => describePhone(phone, input, deps)
  const one = whole === undefined ? undefined : await findWhole(whole, input, deps, showCard)
  if (one) return one
  // Each term counts as a question, so nobody can copy the list ten customers at a time.
  for (const _ of terms.slice(1, MAX_TERMS)) {
    const tooMany = await refuseManyQuestions(input, deps)
    if (tooMany) return tooMany
  }
  const reply = await describeSeveralTerms(terms.slice(0, MAX_TERMS), input, deps)
  const left = terms.length - MAX_TERMS
  if (left <= 0) return reply
  const note = `Only the first ${MAX_TERMS} were looked up. Type the other ${left} again.`
  return { ...reply, parts: [...reply.parts, { kind: 'note', text: note }] }
}

/** All words in one name; similar names don't count here. */
async function findWhole(
  whole: string,
  input: CommandInput,
  deps: CommandDeps,
  showOne: (phone: string) => Promise<Reply>,
): Promise<Reply | undefined> {
  return await tryLookUp(whole, input, deps, showOne, { isExact: true })
}

/** `merge …`, `delete …`: finds the customers, and explains that the bot does not do this. */
async function answerNotOffered(
  { verb, who }: Asked<'not_offered'>,
  input: CommandInput,
  deps: CommandDeps,
): Promise<Reply> {
  const showCard = (phone: string) => describePhone(phone, input, deps)
  const whole = `${verb} ${who}`
  // `Tag Singh`, `Drop Kaur`: the verb is a name.
  const named = /\d/.test(whole)
    ? undefined
    : await tryLookUp(whole, input, deps, showCard, { isExact: true })
  if (named) return named
  const ids = await findCustomersBy(who, input, deps)
  const reply = toAsker(
    {
      kind: 'headline',
      text: [{ code: '/customer' }, ` cannot do "${brief(whole, MAX_LETTERS)}". It looks customers up.`],
    },
    {
      kind: 'buttons',
      buttons: [
        ids.length === 0
          ? pageButton('Show how to search', pageValue('help', 'customer'))
          : pageButton(`Show ${brief(who, MAX_LETTERS)}`, pageValue('people', ...ids)),
      ],
    },
  )
  return ids.length === 0 ? reply : traced(reply, 'looked_up', { customers: ids })
}

/** The help text, from the table of forms. */
export function explainCustomer(): Reply {
  const items = FORMS.filter(({ command, isShort }) => command === '/customer' && isShort).map(
    ({ example, shows, isForAdmins }): Sentence => [
      { code: `/customer ${example}` },
      `: ${shows.replaceAll('`', '')}${isForAdmins ? '; admins only' : ''}`,
    ],
  )
  return toAsker(
    { kind: 'headline', text: 'Which customer? Type what you know: phone, name, city, e-mail or loan ID.' },
    { kind: 'list', items },
    { kind: 'note', text: 'Only you can see the answer, unless you share it.' },
  )
}
