import { checkBlocks, type Place } from './block-rules.ts'
import type { Arguments } from './call-arguments.ts'

/** Slack's error for a call. */
export interface Refusal {
  readonly error: string
  readonly messages: readonly string[]
}

type Rule = (args: Arguments) => Refusal | undefined

const refuse = (error: string, ...messages: string[]): Refusal => ({ error, messages })
const lengthOf = (value: unknown): number => (typeof value === 'string' ? value.length : 0)
const isGiven = (value: unknown): boolean => value !== undefined && value !== '' && value !== null

/** Slack's ids: a channel or conversation, a person, a file. */
const ID: Readonly<Record<string, RegExp>> = {
  channel: /^[CDGUW][A-Z0-9]{2,}$/,
  channel_id: /^[CDG][A-Z0-9]{2,}$/,
  user: /^[UW][A-Z0-9]{2,}$/,
  user_id: /^[UW][A-Z0-9]{2,}$/,
  ts: /^\d{10}\.\d{6}$/,
  thread_ts: /^\d{10}\.\d{6}$/,
  timestamp: /^\d{10}\.\d{6}$/,
  message_ts: /^\d{10}\.\d{6}$/,
}
const MAX_TEXT = 40_000
const MAX_FILE_NAME = 255
const MAX_PAGE = 1_000
const MAX_VIEW_BYTES = 250_000
const MAX_SCHEDULE_S = 120 * 24 * 60 * 60

const needs =
  (...names: string[]): Rule =>
  (args) => {
    const missing = names.filter((name) => !isGiven(args[name]))
    return missing.length > 0
      ? refuse('invalid_arguments', `missing required field: ${missing.join(', ')}`)
      : undefined
  }

const hasIds: Rule = (args) => {
  const wrong = Object.entries(ID).filter(
    ([name, form]) => isGiven(args[name]) && !form.test(String(args[name])),
  )
  return wrong.length > 0
    ? refuse('invalid_arguments', `of a wrong form: ${wrong.map(([name]) => name)}`)
    : undefined
}

const statement: Rule = ({ text, blocks, attachments }) => {
  if (![text, blocks, attachments].some(isGiven)) return refuse('no_text')
  return lengthOf(text) > MAX_TEXT ? refuse('msg_too_long') : undefined
}

const hasBlocks =
  (place: Place): Rule =>
  ({ blocks }) =>
    isGiven(blocks) ? checkBlocks(blocks, place) : undefined

/** https://docs.slack.dev/messaging/message-metadata */
const hasMetadata: Rule = ({ metadata }) => {
  if (!isGiven(metadata)) return undefined
  const { event_type, event_payload }: { event_type?: unknown; event_payload?: unknown } = Object(metadata)
  const isWell =
    typeof event_type === 'string' && event_type.length <= 255 && typeof event_payload === 'object'
  return isWell ? undefined : refuse('invalid_metadata_format')
}

const isShort: Rule = ({ limit, count }) => {
  const max = [limit, count].find(isGiven)
  if (max === undefined) return undefined
  const wanted = Number(max)
  return Number.isInteger(wanted) && wanted >= 1 && wanted <= MAX_PAGE ? undefined : refuse('invalid_limit')
}

const isLater: Rule = ({ post_at: postAt }) => {
  const ahead = Number(postAt) - Date.now() / 1000
  if (!Number.isInteger(Number(postAt))) return refuse('invalid_time')
  if (ahead <= 0) return refuse('time_in_past')
  return ahead > MAX_SCHEDULE_S ? refuse('time_too_far') : undefined
}

interface ViewArgument {
  readonly type?: unknown
  readonly title?: { readonly text?: unknown }
  readonly submit?: { readonly text?: unknown }
  readonly close?: { readonly text?: unknown }
  readonly blocks?: readonly { readonly type?: unknown }[]
  readonly callback_id?: unknown
  readonly private_metadata?: unknown
  readonly external_id?: unknown
}

const MAX_TITLE = 24

/** https://docs.slack.dev/reference/views */
const hasView: Rule = ({ view }) => {
  const { type, title, submit, close, blocks, ...more }: ViewArgument = Object(view)
  if (type !== 'home' && type !== 'modal')
    return refuse('invalid_arguments', `a view of type ${String(type)}`)
  const problems: string[] = []
  if (type === 'modal') {
    if (!isGiven(title?.text)) problems.push('missing required field: title')
    if (blocks?.some((block) => block.type === 'input') && !isGiven(submit?.text))
      problems.push('a modal with an input needs submit')
  }
  for (const part of [title, submit, close])
    if (lengthOf(part?.text) > MAX_TITLE) problems.push(`must be less than ${MAX_TITLE + 1} characters`)
  if (lengthOf(more.callback_id) > 255 || lengthOf(more.external_id) > 255) problems.push('an id too long')
  if (lengthOf(more.private_metadata) > 3_000) problems.push('private_metadata too long')
  const refused = checkBlocks(blocks, type)
  if (refused) problems.push(...refused.messages)
  if (problems.length > 0) return refuse('invalid_arguments', ...problems)
  return Buffer.byteLength(JSON.stringify(view)) > MAX_VIEW_BYTES ? refuse('view_too_large') : undefined
}

const isViewOf =
  (wanted: 'home' | 'modal'): Rule =>
  ({ view }) =>
    Object(view).type === wanted
      ? undefined
      : refuse('invalid_arguments', `a view of type ${Object(view).type}`)

/** An empty upload fails: https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
const hasFileName: Rule = ({ filename, length }) => {
  if (!(Number(length) > 0)) return refuse('missing_argument', 'length')
  return lengthOf(filename) > MAX_FILE_NAME ? refuse('invalid_arguments', 'filename too long') : undefined
}

const hasFiles: Rule = ({ files, thread_ts, channel_id }) => {
  const list: readonly { readonly id?: unknown }[] = Array.isArray(files) ? files : []
  if (list.length === 0 || !list.every(({ id }) => isGiven(id)))
    return refuse('invalid_arguments', 'files have no id')
  if (isGiven(thread_ts) && !isGiven(channel_id))
    return refuse('invalid_arguments', 'a thread without a channel')
  return undefined
}

/**
 * Slack's rules for each method the bot may call: https://docs.slack.dev/reference/methods. Other methods are
 * unknown here.
 */
const METHODS: Readonly<Record<string, readonly Rule[]>> = {
  'api.test': [],
  'apps.connections.open': [],
  'auth.test': [],
  'bots.info': [],
  'chat.delete': [needs('channel', 'ts')],
  'chat.deleteScheduledMessage': [needs('channel', 'scheduled_message_id')],
  'chat.getPermalink': [needs('channel', 'message_ts')],
  'chat.postEphemeral': [needs('channel', 'user'), statement, hasBlocks('message')],
  'chat.postMessage': [needs('channel'), statement, hasBlocks('message'), hasMetadata],
  'chat.scheduleMessage': [
    needs('channel', 'post_at'),
    statement,
    isLater,
    hasBlocks('message'),
    hasMetadata,
  ],
  'chat.scheduledMessages.list': [isShort],
  'chat.update': [needs('channel', 'ts'), statement, hasBlocks('message'), hasMetadata],
  'conversations.history': [needs('channel'), isShort],
  'conversations.info': [needs('channel')],
  'conversations.list': [isShort],
  'conversations.members': [needs('channel'), isShort],
  'conversations.open': [],
  'conversations.replies': [needs('channel', 'ts'), isShort],
  'files.completeUploadExternal': [hasFiles, hasBlocks('message')],
  'files.delete': [needs('file')],
  'files.getUploadURLExternal': [needs('filename'), hasFileName],
  'files.info': [needs('file')],
  'files.list': [isShort],
  'reactions.add': [needs('channel', 'timestamp', 'name')],
  'reactions.get': [],
  'reactions.remove': [needs('name')],
  'team.info': [],
  'users.conversations': [isShort],
  'users.info': [needs('user')],
  'users.list': [isShort],
  'views.open': [needs('trigger_id', 'view'), hasView, isViewOf('modal')],
  'views.publish': [needs('user_id', 'view'), hasView, isViewOf('home')],
  'views.push': [needs('trigger_id', 'view'), hasView, isViewOf('modal')],
  'views.update': [needs('view'), hasView],
}

/** Checks a call by its arguments. */
export function checkCall(method: string, args: Arguments): Refusal | undefined {
  const rules = METHODS[method]
  if (!rules) return refuse('unknown_method', method)
  for (const rule of [hasIds, ...rules]) {
    const refusal = rule(args)
    if (refusal) return refusal
  }
  return undefined
}

/** Checks a message to a response_url. Slack has no method there, and answers 404 or 400 with one word. */
export function checkResponse(message: Arguments): Refusal | undefined {
  const { delete_original: isDeleted, replace_original: _, response_type: type } = message
  if (isGiven(type) && type !== 'ephemeral' && type !== 'in_channel') return refuse('invalid_arguments')
  if (isDeleted === true || isDeleted === 'true') return undefined
  return statement(message) ?? hasBlocks('message')(message)
}
