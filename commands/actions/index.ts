/** What buttons do: the tables of actions and pages. */
export { ACTIONS, type ActionDefinition } from './actions.ts'
