import { FORGET_ACTIONS } from '../customer/customer-forget.ts'
import type { ActionDefinition } from '../reply/action.ts'
import { MAPPING_ACTIONS } from '../uploads/mapping.ts'
import { PREVIEW_ACTIONS } from '../uploads/preview.ts'
import { UNDO_ACTIONS } from '../uploads/undo.ts'
import { VIEW_ACTIONS } from './page-actions.ts'
import { PHONE_COLUMN_ACTIONS } from './phone-column-actions.ts'

export type { ActionDefinition, ActionInput } from '../reply/action.ts'

/** Every button and menu there is, by the name that stands in the reply. */
export const ACTIONS: readonly ActionDefinition[] = [
  ...PHONE_COLUMN_ACTIONS,
  ...MAPPING_ACTIONS,
  ...PREVIEW_ACTIONS,
  ...UNDO_ACTIONS,
  ...FORGET_ACTIONS,
  ...VIEW_ACTIONS,
]
