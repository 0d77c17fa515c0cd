import { randomUUID } from 'node:crypto'
import type { ActionInput, ShownView, SubmitOptions, ViewState } from '../workspace/index.ts'
import { asFields, asList, type Fields, optionsOf, textOf } from './block-fields.ts'
import type { EmulatedSlack } from './emulated-slack.ts'
import { describeEvent } from './slack-payloads.ts'

type Payload = Record<string, unknown>
/** Choices in menus of a view: by block, by action. */
type Picks = NonNullable<SubmitOptions['picks']>

/** https://docs.slack.dev/reference/events/app_home_opened */
export function describeHomeOpened(slack: EmulatedSlack, user: string, tab: 'home' | 'messages'): Payload {
  const event = { type: 'app_home_opened', user, channel: 'D0HOME000', tab }
  return describeEvent(slack, `Ev${randomUUID()}`, new Date(), event)
}

/** https://docs.slack.dev/reference/events/member_joined_channel */
export function describeMemberJoined(
  slack: EmulatedSlack,
  channel: string,
  user: string,
  inviter: string,
): Payload {
  const event = {
    type: 'member_joined_channel',
    user,
    channel,
    channel_type: 'C',
    team: slack.teamId,
    inviter,
  }
  return describeEvent(slack, `Ev${randomUUID()}`, new Date(), event)
}

/** https://docs.slack.dev/reference/events/member_left_channel */
export function describeMemberLeft(slack: EmulatedSlack, channel: string, user: string): Payload {
  const event = { type: 'member_left_channel', user, channel, channel_type: 'C', team: slack.teamId }
  return describeEvent(slack, `Ev${randomUUID()}`, new Date(), event)
}

/** https://docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload */
export function describeGlobalShortcut(
  slack: EmulatedSlack,
  user: string,
  callbackId: string,
  trigger: string,
): Payload {
  return { type: 'shortcut', ...requester(slack, user), callback_id: callbackId, trigger_id: trigger }
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload: a view has no channel. */
export function describeViewAction(
  slack: EmulatedSlack,
  user: string,
  view: ShownView,
  input: ActionInput,
  typed: string | ViewState | undefined,
  trigger: string,
  picks: Picks = {},
): Payload {
  const type = input.type ?? 'button'
  return {
    type: 'block_actions',
    ...requester(slack, user),
    trigger_id: trigger,
    container: { type: 'view', view_id: view.id },
    view: describeView(slack, view, typed, picks),
    actions: [
      {
        type,
        block_id: 'b',
        action_id: input.action,
        action_ts: (Date.now() / 1000).toFixed(6),
        ...(type === 'static_select' ? { selected_option: { value: input.value } } : { value: input.value }),
      },
    ],
  }
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function describeSubmission(
  slack: EmulatedSlack,
  user: string,
  view: ShownView,
  typed: string | ViewState,
  trigger: string,
  picks: Picks = {},
): Payload & { readonly view: ReturnType<typeof describeView> } {
  return {
    type: 'view_submission',
    ...requester(slack, user),
    trigger_id: trigger,
    view: describeView(slack, view, typed, picks),
    response_urls: [],
  }
}

function requester(slack: EmulatedSlack, user: string): Payload {
  return {
    team: { id: slack.payloadTeamId, domain: 'sahara-loans' },
    user: { id: user, team_id: slack.teamId },
    api_app_id: slack.appId,
    token: 'deprecated',
  }
}

/** A view as Slack returns it, with the content of its fields. */
function describeView(
  slack: EmulatedSlack,
  view: ShownView,
  typed: string | ViewState | undefined,
  picks: Picks,
): Payload & { readonly state: { readonly values: ViewState } } {
  const fields = view.blocks.map(asFields).filter(({ type }) => type === 'input')
  return {
    id: view.id,
    team_id: slack.teamId,
    type: view.type,
    callback_id: view.callbackId,
    private_metadata: '',
    hash: 'h',
    blocks: view.blocks,
    root_view_id: view.id,
    state: {
      values:
        typeof typed === 'object'
          ? typed
          : Object.fromEntries([
              ...menusOf(view, picks),
              ...fields.map(({ block_id, element }) => {
                const field = asFields(element)
                return [String(block_id), { [String(field.action_id)]: describeValue(field, typed) }] as const
              }),
            ]),
    },
  }
}

/** Chooses an option by its label; without one, the initial option. */
function describeValue(field: Fields, typed: string | undefined): Payload {
  if (field.type !== 'radio_buttons') return { type: field.type, value: typed ?? null }
  const option = optionsOf(field).find(({ text }) => textOf(text) === typed)
  return { type: field.type, selected_option: option ?? field.initial_option ?? null }
}

/** Menus in rows: their initial values, or the given choices. */
function menusOf({ blocks }: ShownView, picks: Picks): (readonly [string, Payload])[] {
  return blocks
    .map(asFields)
    .filter(({ type, block_id }) => type === 'actions' && block_id !== undefined)
    .map(({ block_id, elements }) => {
      const menus = asList(elements)
        .map(asFields)
        .filter(({ type }) => type === 'static_select')
        .map((menu) => [String(menu.action_id), pickedIn(menu, picks[String(block_id)])] as const)
      return [String(block_id), Object.fromEntries(menus)] as const
    })
}

function pickedIn(menu: Fields, picked: Readonly<Record<string, string>> = {}): Payload {
  const value = picked[String(menu.action_id)]
  const option = optionsOf(menu).find((one) => one.value === value)
  return { type: menu.type, selected_option: option ?? menu.initial_option ?? null }
}

/**
 * A submitted modal's file fields in Slack's form, with each file's full object.
 * @param ids put into every file field; without them, files already there
 * @throws Error if Slack would refuse: too many files, or a type the field does not accept
 */
export async function fillFileFields(
  slack: EmulatedSlack,
  person: string,
  blocks: readonly unknown[],
  values: ViewState,
  ids: readonly string[] | undefined,
): Promise<ViewState> {
  const filled: Record<string, Readonly<Record<string, unknown>>> = { ...values }
  for (const { block_id, element } of blocks.map(asFields)) {
    const field = asFields(element)
    if (field.type !== 'file_input') continue
    const [block, action] = [String(block_id), String(field.action_id)]
    const given = asList(asFields(values[block]?.[action]).files).map((file) => String(asFields(file).id))
    const files = await Promise.all((ids ?? given).map((id) => describeFile(slack, person, id)))
    checkFiles(field, files)
    filled[block] = { [action]: { type: 'file_input', files } }
  }
  return filled
}

async function describeFile(slack: EmulatedSlack, person: string, file: string): Promise<Fields> {
  const answer = await slack.callAs<{ file: Fields }>(person, 'files.info', { file })
  return answer.file
}

function checkFiles({ filetypes, max_files = 10 }: Fields, files: readonly Fields[]): void {
  if (files.length > Number(max_files)) throw new Error(`the field takes ${max_files} files`)
  const types: readonly unknown[] = Array.isArray(filetypes) ? filetypes : []
  for (const { name } of files) {
    const extension = /\.([^.]+)$/.exec(String(name))?.[1]?.toLowerCase() ?? ''
    if (types.length > 0 && !types.includes(extension))
      throw new Error(`the field does not take ${String(name)}`)
  }
}
