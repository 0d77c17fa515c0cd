import { asFields, asList, type Fields, optionsOf, textOf } from '../../slack/index.ts'
import { type Html, html } from './html.ts'

/** A field of a modal or the Home tab. Its content is sent under the names of its block and element. */
export function showInput(block: Fields): Html {
  const element = asFields(block.element)
  const isAtOnce = block.dispatch_action === true
  const names = html`data-block="${String(block.block_id ?? '')}" data-field="${String(element.action_id ?? '')}" data-type="${String(element.type)}"${isAtOnce && html` data-at-once`}`
  const label = html`${textOf(block.label)}${block.optional === true && html` <span class="note">(optional)</span>`}`
  const hint = block.hint === undefined ? '' : html`<p class="note">${textOf(block.hint)}</p>`
  const show = SHOW[String(element.type)] ?? showTextField
  return html`<div class="field">${show(element, label, names, block.optional !== true)}${hint}</div>`
}

type ShowField = (element: Fields, label: Html, names: Html, isNeeded: boolean) => Html

const SHOW: Readonly<Record<string, ShowField>> = {
  plain_text_input: showTextField,
  static_select: showSelect,
  multi_static_select: showChecks,
  checkboxes: showChecks,
  radio_buttons: showRadios,
  file_input: showFileField,
}

function showTextField(element: Fields, label: Html, names: Html): Html {
  const rest = html`${names} placeholder="${textOf(element.placeholder)}" maxlength="${Number(element.max_length) || 3000}"`
  const value = String(element.initial_value ?? '')
  return element.multiline === true
    ? html`<label>${label}<textarea rows="4" ${rest}>${value}</textarea></label>`
    : html`<label>${label}<input type="text" autocomplete="off" ${rest} value="${value}"></label>`
}

function showSelect(element: Fields, label: Html, names: Html): Html {
  const initial = asFields(element.initial_option).value
  const options = optionsOf(element)
  return html`<label>${label}<select ${names}>${initial === undefined && html`<option value="">${textOf(element.placeholder) || 'Choose'}</option>`}${options.map(
    ({ text, value }) =>
      html`<option value="${String(value)}"${value === initial && html` selected`}>${textOf(text)}</option>`,
  )}</select></label>`
}

function showRadios(element: Fields, label: Html, names: Html): Html {
  const initial = asFields(element.initial_option).value
  return showChoices(element, label, names, 'radio', (value) => value === initial)
}

function showChecks(element: Fields, label: Html, names: Html): Html {
  const initial = asList(element.initial_options).map(({ value }) => value)
  return showChoices(element, label, names, 'checkbox', (value) => initial.includes(value))
}

function showChoices(
  element: Fields,
  label: Html,
  names: Html,
  kind: 'radio' | 'checkbox',
  isChosen: (value: unknown) => boolean,
): Html {
  return html`<fieldset ${names}><legend>${label}</legend>${asList(element.options).map(
    ({ text, value, description }) =>
      html`<label class="choice"><input type="${kind}" name="${String(element.action_id)}" value="${String(value)}"${isChosen(value) && html` checked`}> ${textOf(text)}${description !== undefined && html` <span class="note">${textOf(description)}</span>`}</label>`,
  )}</fieldset>`
}

function showFileField(element: Fields, label: Html, names: Html, isNeeded: boolean): Html {
  const types = Array.isArray(element.filetypes)
    ? element.filetypes.map((type) => `.${String(type)}`).join()
    : ''
  const isMany = Number(element.max_files ?? 10) > 1
  return html`<label class="drop">${label}<input type="file" ${names} accept="${types}"${isMany && html` multiple`}${isNeeded && html` required`}><span class="note">Choose a file, or drop one here.</span></label>`
}
