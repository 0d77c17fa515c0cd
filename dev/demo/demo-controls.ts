import { asFields, asList, optionsOf, textOf } from '../slack/index.ts'
import type { ActionInput, ShownView, SubmitOptions } from '../workspace/index.ts'

/** Something with buttons and menus: a message, or an ephemeral reply. */
export interface Pressable {
  readonly blocks?: readonly unknown[]
  /** `ts` of the message; absent for a reply. */
  readonly ts?: string
  /** The App Home or modal of the blocks. */
  readonly view?: ShownView
  /** The only person who sees it; absent: all do. */
  readonly only?: string
}

/** The submit button of a modal. */
export const SUBMIT = 'submit'

interface Control extends ActionInput {
  readonly label: string
}

/**
 * Finds the button or menu option with this label, else one whose label starts so (`Undo #`: the number is
 * not known before), in the latest message that has one.
 */
export function findControl(messages: readonly Pressable[], label: string): ActionInput | undefined {
  const wanted = label.trim().toLowerCase()
  const controls = messages.toReversed().flatMap(listControls)
  return (
    controls.find((control) => control.label.toLowerCase() === wanted) ??
    controls.find((control) => wanted.endsWith('#') && control.label.toLowerCase().startsWith(wanted))
  )
}

/** The controls of a message, in order. */
export function listControls({ blocks = [], ts, view }: Pressable): Control[] {
  const message = ts === undefined ? {} : { message: ts }
  const submit: Control[] =
    view?.submit === undefined ? [] : [{ action: SUBMIT, label: view.submit, value: '-' }]
  const pressed = blocks
    .map(asFields)
    .filter(({ type }) => type === 'actions')
    .flatMap(({ elements }) => asList(elements))
    .flatMap((element): Control[] => {
      const action = String(element.action_id)
      if (element.type === 'button')
        return [
          { ...message, action, type: 'button', label: textOf(element.text), value: String(element.value) },
        ]
      return optionsOf(element).map((option) => ({
        ...message,
        action,
        type: 'static_select',
        label: textOf(option.text),
        value: String(option.value),
      }))
    })
  return [...pressed, ...submit]
}

export type Picks = NonNullable<SubmitOptions['picks']>

/**
 * Options of the menus in one row of a modal, by the row's text and the option labels. Undefined if one is
 * missing.
 */
export function findPicks(
  { blocks }: ShownView,
  heading: string,
  labels: readonly string[],
): Picks | undefined {
  const rows = blocks.map(asFields)
  const at = rows.findIndex(({ type, text }) => type === 'section' && textOf(text).split('\n')[0] === heading)
  const row = rows[at + 1]
  if (at < 0 || row?.type !== 'actions') return undefined
  const menus = asList(row.elements).map(asFields)
  const picked = labels.flatMap((label): [string, string][] => {
    const menu = menus.find((one) =>
      optionsOf(one).some(({ text }) => textOf(text).toLowerCase() === label.toLowerCase()),
    )
    const option = optionsOf(menu ?? {}).find(
      ({ text }) => textOf(text).toLowerCase() === label.toLowerCase(),
    )
    return menu && option ? [[String(menu.action_id), String(option.value)]] : []
  })
  return picked.length === labels.length ? { [String(row.block_id)]: Object.fromEntries(picked) } : undefined
}
