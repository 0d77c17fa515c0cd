import { z } from 'zod'

/**
 * True if ids, names and times of a payload are strings wherever they are read. An object in their place
 * would act as a database operator: `user_id: {"$ne": 1}`.
 */
export function hasPayloadShape(body: unknown): boolean {
  return PAYLOAD.safeParse(body).success
}

const text = z.string()
const optional = text.nullish()
const withId = z.looseObject({ id: text })

/** https://docs.slack.dev/apis/events-api#events-JSON */
const EVENT = z.looseObject({
  team_id: optional,
  event: z
    .looseObject({
      type: text,
      user: optional,
      channel: optional,
      file_id: optional,
      user_id: optional,
      channel_id: optional,
      event_ts: optional,
      tab: optional,
      text: optional,
      ts: optional,
      thread_ts: optional,
    })
    // The only used event about a person: it contains Slack's whole user object.
    .or(z.looseObject({ type: z.literal('user_change'), user: withId }))
    .optional(),
})

/**
 * https://docs.slack.dev/interactivity/implementing-slash-commands#app_command_handling: a form, so a
 * repeated name is a list.
 */
const COMMAND = z.record(text, text)

const option = z.looseObject({ value: optional }).nullish()
const chosen = z.looseObject({ value: optional, selected_option: option })

/** https://docs.slack.dev/reference/interaction-payloads */
const INTERACTION = z.looseObject({
  type: text,
  team: z.looseObject({ id: text }).nullish(),
  user: withId,
  channel: withId.nullish(),
  callback_id: optional,
  trigger_id: optional,
  response_url: optional,
  message_ts: optional,
  message: z.looseObject({ ts: optional, thread_ts: optional, user: optional }).nullish(),
  actions: z
    .array(
      z.looseObject({
        action_id: optional,
        value: optional,
        selected_option: option,
      }),
    )
    .optional(),
  view: z
    .looseObject({
      id: text,
      type: optional,
      callback_id: optional,
      state: z
        .looseObject({
          values: z.record(text, z.record(text, chosen)).nullish(),
        })
        .nullish(),
    })
    .nullish(),
})

const ENVELOPES: ReadonlySet<unknown> = new Set([undefined, 'event_callback', 'app_rate_limited'])

const PAYLOAD = z.looseObject({}).superRefine((body, context) => {
  const schema = 'command' in body ? COMMAND : ENVELOPES.has(body.type) ? EVENT : INTERACTION
  const { error } = schema.safeParse(body)
  if (error) context.addIssue({ code: 'custom', message: error.message })
})
