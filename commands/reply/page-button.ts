import type { Button, ReplyPart } from './reply.ts'

/** Replaces the message with the button by a page. */
export const OPEN_VIEW = 'open_view'
/** Shows a page next to the message with the menu. */
export const PICK_VIEW = 'pick_view'
/** Shows a page to everybody in the channel. */
export const SHARE_VIEW = 'share_view'

/**
 * A page button's value: the page's name and its subject. References only (numbers, ids, days), never a phone
 * or a name: `history:65b2…:2`.
 */
export function viewValue(view: string, ...about: readonly (string | number)[]): string {
  return [view, ...about.map((one) => encodeURIComponent(String(one)))].join(':')
}

/** Parses the value of `viewValue`, which comes over the network. */
export function readViewValue(value: string): { readonly view: string; readonly about: readonly string[] } {
  const [view = '', ...about] = value.split(':')
  try {
    return { view, about: about.map(decodeURIComponent) }
  } catch {
    return { view: '', about: [] }
  }
}

export function viewButton(label: string, value: string): Button {
  return { label, action: OPEN_VIEW, value }
}

/** The buttons below a page; the last one shares the page. */
export function viewButtons(shown: string, ...others: readonly Button[]): ReplyPart {
  return {
    kind: 'buttons',
    buttons: [...others, { label: 'Share in channel', action: SHARE_VIEW, value: shown }],
  }
}
