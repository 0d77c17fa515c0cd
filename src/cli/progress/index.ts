/**
 * What a terminal shows while an upload or a switch is worked on, and how its state is read meanwhile.
 */
export { readPatiently } from './read-patiently.ts'
export { createSwitchListener } from './switch-listener.ts'
export { createTerminalListener, createTerminalLog } from './terminal-listener.ts'
