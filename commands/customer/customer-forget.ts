import { toDatabaseError } from '../../models/index.ts'
import { parsePhoneQuery } from '../../src/customers/phones/index.ts'
import { forecastForget, queueForget, requestForget } from '../../src/uploads/forget/index.ts'
import { findCustomerIds } from '../../src/uploads/history/index.ts'
import {
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

/** `/customer forget <phone>`: says what it would do, and does nothing before it is told to. */
export async function confirmForget(who: string, input: CommandInput, deps: CommandDeps): Promise<Reply> {
  const refusal = await refuseUnlessAdminNow(input.user, MAY, 'forgot', deps)
  if (refusal) return refusal
  const query = parsePhoneQuery(who, deps.defaultRegion)
  // Two people can have one name: whom to erase is said by the number alone.
  if (query.kind === 'invalid')
    return toAsker(
      { kind: 'headline', text: 'Which person? Type the whole phone number.' },
      { kind: 'text', text: ['Example: ', { code: '/customer forget 07417119014' }, '.'] },
    )
  const { team, channel, user } = input
  const forecast = await forecastForget(deps.models, query.phone)
  const token = await requestForget(deps.models, query.phone, { team, channel, user })
  return traced(describeForgetForecast(query.phone, forecast, token), 'looked_up', {
    customers: await findCustomerIds(deps.models, [query.phone]),
    uploads: forecast.uploads,
  })
}

export const FORGET_ACTIONS: readonly ActionDefinition[] = [
  { name: FORGET_CONFIRM, scopeOf: onlyInChannels, replacesQuestion: true, run: confirm },
]

async function confirm({ value, team, channel, user, now }: ActionInput, deps: CommandDeps): Promise<Reply> {
  const refusal = await refuseUnlessAdminNow(user, MAY, 'forgot', deps)
  if (refusal) return refusal
  if (!/^[0-9a-f]{32}$/.test(value)) return describeNoForget()
  try {
    const forget = await queueForget(deps.models, value, { team, channel, user, now })
    if (!forget) return describeNoForget()
    deps.onWorkQueued?.()
    return traced(describeQueuedForget(forget), 'forgot', { uploads: [forget.number] })
  } catch (error) {
    throw toDatabaseError(error)
  }
}
