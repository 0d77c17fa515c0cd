import { asFields, asList, type Fields, optionsOf, textOf } from '../../slack/index.ts'
import { type Html, html } from './html.ts'

/** A button or a menu. A press is identified by the message's address and these two names. */
export function showControl(element: Fields): Html {
  const action = String(element.action_id ?? '')
  if (element.type === 'button') return showButton(element, action)
  if (element.type === 'overflow') return showOverflow(element, action)
  if (element.type !== 'static_select') return html`<span class="note">(${String(element.type)})</span>`
  const initial = asFields(element.initial_option).value
  const label = textOf(element.placeholder)
  return html`<select data-action="${action}"${confirmOf(element)} aria-label="${label}">
${initial === undefined && html`<option value="">${label}</option>`}${optionsOf(element).map(
  ({ text, value }) =>
    html`<option value="${String(value)}"${value === initial && html` selected`}>${textOf(text)}</option>`,
)}</select>`
}

function showButton(element: Fields, action: string): Html {
  const look = element.style === 'primary' || element.style === 'danger' ? element.style : ''
  return html`<button type="button" class="${look}" data-action="${action}" data-value="${String(element.value ?? '')}"${confirmOf(element)}>${textOf(element.text)}</button>`
}

function showOverflow(element: Fields, action: string): Html {
  return html`<details class="menu"><summary aria-label="More">⋯</summary><div>${asList(element.options).map(
    ({ text, value }) =>
      html`<button type="button" data-action="${action}" data-value="${String(value)}">${textOf(text)}</button>`,
  )}</div></details>`
}

/** Slack's confirmation before a press. */
function confirmOf({ confirm }: Fields): Html {
  if (confirm === undefined) return html``
  const { title, text, confirm: yes, deny, style } = asFields(confirm)
  const words = [
    textOf(title),
    textOf(text),
    textOf(yes),
    textOf(deny),
    style === 'danger' ? 'danger' : 'primary',
  ]
  return html` data-confirm="${JSON.stringify(words)}"`
}
