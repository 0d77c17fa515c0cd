import { asFields, asList, type Fields, textOf } from '../../slack/index.ts'
import type { ActionInput } from '../../workspace/index.ts'

/**
 * Finds the control with this name and value in the blocks: a press from a browser counts only if the control
 * is shown. Undefined if it is not.
 */
export function findPressed(
  blocks: readonly unknown[],
  action: string,
  value: string,
): (ActionInput & { readonly label: string }) | undefined {
  const elements = blocks.map(asFields).flatMap(elementsOf)
  for (const element of elements.filter(({ action_id }) => action_id === action)) {
    if (element.type === 'plain_text_input') return { action, value, label: value, type: 'plain_text_input' }
    if (element.type === 'button') {
      if (String(element.value ?? '') === value)
        return { action, value, label: textOf(element.text), type: 'button' }
      continue
    }
    const option = asList(element.options).find((one) => String(one.value) === value)
    if (option) return { action, value, label: textOf(option.text), type: 'static_select' }
  }
  return undefined
}

function elementsOf({ type, elements, accessory, element }: Fields): Fields[] {
  if (type === 'actions') return asList(elements)
  if (type === 'section' && accessory !== undefined) return [asFields(accessory)]
  return type === 'input' ? [asFields(element)] : []
}
