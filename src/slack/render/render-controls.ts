import type {
  ActionsBlock,
  Button as ButtonElement,
  ConfirmationDialog,
  InputBlock,
  PlainTextElement,
  PlainTextOption,
  SectionBlock,
  StaticSelect,
} from '@slack/types'
import type { Button, Form, ReplyPart } from '../../../commands/reply/index.ts'
import { BLOCK_LIMITS, shorten } from './block-limits.ts'

/** As many rows as Slack needs for the buttons. */
export function renderButtons(all: readonly Button[]): ActionsBlock[] {
  return chunk(all, BLOCK_LIMITS.actions).map((buttons) => ({
    type: 'actions',
    elements: buttons.map(renderButton),
  }))
}

function renderButton(button: Button, index: number): ButtonElement {
  return {
    type: 'button',
    // Unique in its block, as Slack requires; the part before the colon is the registered name.
    action_id: shorten(`${button.action}:${index}`, BLOCK_LIMITS.actionId),
    text: plainText(button.label, BLOCK_LIMITS.buttonText),
    value: shorten(button.value, BLOCK_LIMITS.buttonValue) || '-',
    ...(button.style && { style: button.style }),
    ...(button.confirm && { confirm: renderConfirm(button.confirm) }),
  }
}

function renderConfirm(confirm: NonNullable<Button['confirm']>): ConfirmationDialog {
  return {
    title: plainText(confirm.title, BLOCK_LIMITS.confirmTitle),
    text: plainText(confirm.text, BLOCK_LIMITS.confirmText),
    confirm: plainText(confirm.yes, BLOCK_LIMITS.confirmButton),
    deny: plainText(confirm.no, BLOCK_LIMITS.confirmButton),
  }
}

export function renderMenu(part: Extract<ReplyPart, { kind: 'menu' }>): ActionsBlock[] {
  if (part.options.length === 0) return []
  const options = part.options.slice(0, BLOCK_LIMITS.menuOptions).map(({ label, value }) => ({
    text: plainText(label, BLOCK_LIMITS.optionText),
    value: shorten(value, BLOCK_LIMITS.optionValue) || '-',
  }))
  const chosen = options.find(({ value }) => value === part.value)
  const select: StaticSelect = {
    type: 'static_select',
    action_id: shorten(`${part.action}:0`, BLOCK_LIMITS.actionId),
    placeholder: plainText(part.label, BLOCK_LIMITS.placeholder),
    options,
    ...(chosen && { initial_option: chosen }),
  }
  return [{ type: 'actions', elements: [select] }]
}

/** The menus of one form row, side by side below their text. The row's id identifies the choice. */
export function renderFormRow({ id, text, menus }: Form['rows'][number]): (SectionBlock | ActionsBlock)[] {
  return [
    { type: 'section', text: plainText(text, BLOCK_LIMITS.formText) },
    {
      type: 'actions',
      block_id: `${FORM_ROW_PREFIX}${id}`,
      elements: menus.map(({ name, label, value, options }): StaticSelect => {
        const shown = options.map((option) => ({
          // Labels only: a page of menus has thousands of options, and a modal is limited to 250 KB.
          text: { type: 'plain_text' as const, text: shorten(option.label, BLOCK_LIMITS.optionText) || ' ' },
          value: shorten(option.value, BLOCK_LIMITS.optionValue) || '-',
        }))
        const chosen = shown.find((option) => option.value === value)
        return {
          type: 'static_select',
          action_id: `${FORM_MENU_PREFIX}${name}`,
          placeholder: plainText(label, BLOCK_LIMITS.placeholder),
          ...placeOptions(shown),
          ...(chosen && { initial_option: chosen }),
        }
      }),
    },
  ]
}

/** Prefix of a row's id, and of a menu's name. */
function placeOptions(options: readonly PlainTextOption[]): Pick<StaticSelect, 'options' | 'option_groups'> {
  if (options.length <= BLOCK_LIMITS.menuOptions) return { options: [...options] }
  return {
    option_groups: chunk(options, BLOCK_LIMITS.menuOptions).map((group) => {
      const [first, last] = [group.at(0), group.at(-1)].map((option) =>
        shorten(option?.text.text ?? '', BLOCK_LIMITS.optionInLabel),
      )
      return { label: plainText(`${first} – ${last}`, BLOCK_LIMITS.groupLabel), options: group }
    }),
  }
}
export const FORM_ROW_PREFIX = 'row:'
export const FORM_MENU_PREFIX = 'form_menu:'

/** The block id of the search field in every view. */
export const SEARCH_BLOCK = 'search'

/** @param isAtOnce true if Enter submits the field; a modal with its own button needs false */
export function renderSearchField(
  label: string,
  placeholder: string,
  action: string,
  isAtOnce: boolean,
): InputBlock {
  return {
    type: 'input',
    block_id: SEARCH_BLOCK,
    label: plainText(label, BLOCK_LIMITS.inputLabel),
    dispatch_action: isAtOnce,
    element: {
      type: 'plain_text_input',
      action_id: shorten(`${action}:0`, BLOCK_LIMITS.actionId),
      placeholder: plainText(placeholder, BLOCK_LIMITS.placeholder),
      max_length: BLOCK_LIMITS.searchText,
      ...(isAtOnce && { dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } }),
    },
  }
}

export function renderSearch(part: Extract<ReplyPart, { kind: 'search' }>): (InputBlock | ActionsBlock)[] {
  return [
    renderSearchField(part.label, part.placeholder, part.action, true),
    ...renderButtons([{ label: part.button, action: part.action, value: '-', style: 'primary' }]),
  ]
}

/** One of several options, the first preselected; each value is its index. Many options become a menu. */
export function renderChoice(block: string, labels: readonly string[]): InputBlock {
  const isShort = labels.length <= BLOCK_LIMITS.radioOptions
  const options = labels.slice(0, BLOCK_LIMITS.menuOptions).map((label, at) => ({
    text: plainText(label, BLOCK_LIMITS.optionText),
    value: String(at),
  }))
  return {
    type: 'input',
    block_id: block,
    label: plainText('What to do', BLOCK_LIMITS.inputLabel),
    element: {
      type: isShort ? 'radio_buttons' : 'static_select',
      action_id: `${block}:0`,
      options,
      ...(options[0] && { initial_option: options[0] }),
    },
  }
}

/** A field that takes one file. It is uploaded to Slack, and no channel shares it. */
export function renderFileField(block: string, label: string, extensions: readonly string[]): InputBlock {
  return {
    type: 'input',
    block_id: block,
    label: plainText(label, BLOCK_LIMITS.inputLabel),
    element: { type: 'file_input', action_id: `${block}:0`, filetypes: [...extensions], max_files: 1 },
  }
}

export function plainText(text: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: shorten(text, max) || ' ', emoji: false }
}

function chunk<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(i * size, (i + 1) * size),
  )
}
