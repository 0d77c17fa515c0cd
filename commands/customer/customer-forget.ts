import { formatPhone, parsePhoneQuery } from '../../src/customers/phones/index.ts'
import { forecastForget, queueForget, requestForget } from '../../src/uploads/forget/index.ts'
import { findCustomerIds } from '../../src/uploads/history/index.ts'
import { findBySecondPhone } from '../../src/uploads/queries/index.ts'
import {
  describeForgetChoice,
  describeForgetForecast,
  describeNoForget,
  describeQueuedForget,
  FORGET_CONFIRM,
} from '../receipts/index.ts'
import {
  type ActionDefinition,
  type ActionInput,
  type CommandDeps,
  type CommandInput,
  onlyInChannels,
  type Reply,
  refuseUnlessAdminNow,
  toAsker,
  traced,
} from '../reply/index.ts'

const MAY = 'have a person forgotten'
const MAX_LISTED = 12

/** `/customer forget <phone>`: shows what it would do, and asks for confirmation. */
export async function confirmForget(who: string, input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const refusal = await refuseUnlessAdminNow(input.user, MAY, 'forgot', deps)
  if (refusal) return refusal
  const query = parsePhoneQuery(who, deps.defaultRegion)
  // Two people can have the same name, so only a number selects whom to erase.
  if (query.kind === 'invalid')
    return toAsker(
      { kind: 'headline', text: 'Which person? Type the whole phone number.' },
      { kind: 'text', text: ['Example: ', { code: '/customer forget 07417119014' }, '.'] },
    )
  const { models } = deps
  await input.openWindow?.()
  const found = await forecastForget(models, query.phone)
  const isOwn = found.customers > 0 || found.rows > 0
  const holders = isOwn ? [] : await findBySecondPhone(models, query.phone, MAX_LISTED + 1)
  const [only, ...more] = holders
  if (more.length > 0)
    return traced(
      describeForgetChoice(query.phone, holders.slice(0, MAX_LISTED), holders.length > MAX_LISTED),
      'looked_up',
      { customers: holders.slice(0, MAX_LISTED).map(({ _id }) => String(_id)) },
    )
  const phone = only?.primary_phone ?? query.phone
  const forecast = only ? await forecastForget(models, phone) : found
  const { team, channel, user } = input
  const asker = { team, channel, user }
  const reply = describeForgetForecast(phone, forecast, {
    token: await requestForget(models, phone, asker),
    ...(forecast.others > 0 && { tokenFromOthers: await requestForget(models, phone, asker, true) }),
    ...(only && { note: `Found by ${formatPhone(query.phone)}, their second phone.` }),
  })
  return traced(reply, 'looked_up', {
    customers: await findCustomerIds(models, [phone]),
    uploads: forecast.uploads,
  })
}

export const FORGET_ACTIONS: readonly ActionDefinition[] = [
  {
    name: FORGET_CONFIRM,
    scopeOf: onlyInChannels,
    replacesQuestion: true,
    confirms: true,
    run: confirm,
  },
]

async function confirm({ value, team, channel, user, now }: ActionInput, deps: CommandDeps): Promise<Reply> {
  const refusal = await refuseUnlessAdminNow(user, MAY, 'forgot', deps)
  if (refusal) return refusal
  if (!/^[0-9a-f]{32}$/.test(value)) return describeNoForget()
  const forget = await queueForget(deps.models, value, { team, channel, user, now })
  if (!forget) return describeNoForget()
  deps.onWorkQueued?.()
  return traced(describeQueuedForget(forget), 'forgot', { uploads: [forget.number] })
}
