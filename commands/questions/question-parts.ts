import type { Button } from '../reply/index.ts'

export const LEAVE_UPLOAD = 'leave_upload'

/** Maximum of columns or sheets shown with examples; the menu has more. */
export const MAX_SHOWN = 10

export function leaveButton(number: number): Button {
  return { label: 'Do not import this file', action: LEAVE_UPLOAD, value: String(number) }
}
