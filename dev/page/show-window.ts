import type { ShownView } from '../workspace/index.ts'
import { type Html, html, type PageOptions, showBlocks } from './blocks/index.ts'

/** A modal above the page. Escape, the cross and its last button close it. */
export function showWindow(view: ShownView, options: PageOptions, closeAddress: string): Html {
  const { title = 'Window' } = view
  const hasFields = view.blocks.some((block) => Reflect.get(Object(block), 'type') === 'input')
  return html`<div class="shade"><section class="window" role="dialog" aria-modal="true" aria-labelledby="window-title" data-in="view:${view.id}" id="w-${view.id}">
<header><h2 id="window-title">${title}</h2><a href="${closeAddress}" class="close" data-close aria-label="Close">×</a></header>
<form data-window="${view.id}"><div class="window-body">${showBlocks(view.blocks, options)}<p class="error" role="alert"></p></div>
<footer><a class="button" href="${closeAddress}" data-close>${view.close ?? 'Close'}</a>${
    (view.submit !== undefined || hasFields) &&
    html`<button type="submit" class="primary">${view.submit ?? 'Submit'}</button>`
  }</footer></form></section></div>`
}
