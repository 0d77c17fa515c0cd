import type { Button, ReplyPart } from './reply.ts'

/** Replaces the message with the button by a page. */
export const OPEN_PAGE = 'open_view'
/** Shows a page next to the message with the menu. */
export const PICK_PAGE = 'pick_view'
/** Shows a page to everybody in the channel. */
export const SHARE_PAGE = 'share_view'

/**
 * A page button's value: the page's name and its subject. References only (numbers, ids, days), never a phone
 * or a name: `history:65b2…:2`.
 */
export function pageValue(page: string, ...about: readonly (string | number)[]): string {
  return [page, ...about.map((one) => encodeURIComponent(String(one)))].join(':')
}

/** Parses the value of `pageValue`, which comes over the network. */
export function readPageValue(value: string): { readonly page: string; readonly about: readonly string[] } {
  const [page = '', ...about] = value.split(':')
  try {
    return { page, about: about.map(decodeURIComponent) }
  } catch {
    return { page: '', about: [] }
  }
}

export function pageButton(label: string, value: string): Button {
  return { label, action: OPEN_PAGE, value }
}

/** The buttons below a page; the last one shares the page. */
export function pageButtons(shown: string, ...others: readonly Button[]): ReplyPart {
  return {
    kind: 'buttons',
    buttons: [...others, { label: 'Share in channel', action: SHARE_PAGE, value: shown }],
  }
}
