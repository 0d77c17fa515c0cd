/**
 * What a button does: the table of actions and of pages.
 */
export { ACTIONS, type ActionDefinition } from './actions.ts'
