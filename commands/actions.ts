import type { ActionDefinition } from './action.ts'
import { FORGET_ACTIONS } from './customer-forget.ts'
import { MAPPING_ACTIONS } from './mapping.ts'
import { PHONE_COLUMN_ACTIONS } from './phone-column-actions.ts'
import { PREVIEW_ACTIONS } from './preview.ts'
import { UNDO_ACTIONS } from './undo.ts'
import { VIEW_ACTIONS } from './view-actions.ts'

export type { ActionDefinition, ActionInput } from './action.ts'

/** Every button and menu there is, by the name that stands in the reply. */
export const ACTIONS: readonly ActionDefinition[] = [
  ...PHONE_COLUMN_ACTIONS,
  ...MAPPING_ACTIONS,
  ...PREVIEW_ACTIONS,
  ...UNDO_ACTIONS,
  ...FORGET_ACTIONS,
  ...VIEW_ACTIONS,
]
