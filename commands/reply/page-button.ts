import type { Button, ReplyPart } from './reply.ts'

/** Shows something in place of the message with the button. */
export const OPEN_VIEW = 'open_view'
/** Shows something beside the message with the menu. */
export const PICK_VIEW = 'pick_view'
/** Shows something to everybody in the channel. */
export const SHARE_VIEW = 'share_view'

/**
 * What a view button carries: the view's name and what it is about. References only (numbers, ids, days), never a
 * phone or a name: `history:65b2…:2`.
 */
export function viewValue(view: string, ...about: readonly (string | number)[]): string {
  return [view, ...about.map((one) => encodeURIComponent(String(one)))].join(':')
}

/** The way back; what comes over the network may be anything. */
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

/** The buttons under a view; the last one shares it is. */
export function viewButtons(shown: string, ...others: readonly Button[]): ReplyPart {
  return {
    kind: 'buttons',
    buttons: [...others, { label: 'Share in channel', action: SHARE_VIEW, value: shown }],
  }
}
