import { asFields, asList, type Fields, optionsOf } from '../../slack/index.ts'
import type { ViewState } from '../../workspace/index.ts'

/** A field's content from a browser. Files are named by id. */
interface FieldInput {
  readonly block: string
  readonly field: string
  readonly values: readonly string[]
}

/**
 * The state of a view in Slack's form: only existing fields and options. A missing field has its initial
 * value.
 */
export function readState(blocks: readonly unknown[], sent: unknown): ViewState {
  const inputs = asList(sent).map(readInput)
  const state: Record<string, Record<string, unknown>> = {}
  for (const { block_id, element } of blocks.map(asFields).filter(({ type }) => type === 'input')) {
    const field = asFields(element)
    const [block, name] = [String(block_id), String(field.action_id)]
    const input = inputs.find((one) => one.block === block && one.field === name)
    state[block] = { ...state[block], [name]: { type: field.type, ...describeValue(field, input?.values) } }
  }
  return state
}

const readInput = ({ block, field, values }: Fields): FieldInput => ({
  block: String(block),
  field: String(field),
  values: Array.isArray(values) ? values.map(String) : [],
})

function describeValue(field: Fields, values: readonly string[] | undefined): Fields {
  const options = optionsOf(field)
  const chosen = values && options.filter(({ value }) => values.includes(String(value)))
  switch (field.type) {
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: chosen ? (chosen[0] ?? null) : (field.initial_option ?? null) }
    case 'checkboxes':
    case 'multi_static_select':
      return { selected_options: chosen ?? field.initial_options ?? [] }
    case 'file_input':
      return { files: (values ?? []).map((id) => ({ id })) }
    default:
      return { value: values ? values[0] || null : (field.initial_value ?? null) }
  }
}
