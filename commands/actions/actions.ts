import { COLUMN_ACTIONS, MAPPING_ACTIONS } from '../columns/index.ts'
import { FORGET_ACTIONS } from '../customer/index.ts'
import { EXPORT_ACTIONS } from '../customer-lists/index.ts'
import type { ActionDefinition } from '../reply/index.ts'
import { PREVIEW_ACTIONS, UNDO_ACTIONS } from '../uploads/index.ts'
import { CANCEL_ACTIONS } from './cancel-action.ts'
import { PAGE_ACTIONS } from './page-actions.ts'
import { QUESTION_ACTIONS } from './question-actions.ts'

export type { ActionDefinition } from '../reply/index.ts'

/** Every button and menu, by its registered name. */
export const ACTIONS: readonly ActionDefinition[] = [
  ...QUESTION_ACTIONS,
  ...CANCEL_ACTIONS,
  ...MAPPING_ACTIONS,
  ...COLUMN_ACTIONS,
  ...PREVIEW_ACTIONS,
  ...UNDO_ACTIONS,
  ...FORGET_ACTIONS,
  ...EXPORT_ACTIONS,
  ...PAGE_ACTIONS,
]
