/** Progress of an upload or a switch in a terminal, and reading its state meanwhile. */
export { readPatiently } from './read-patiently.ts'
export { createSwitchListener } from './switch-listener.ts'
export { createTerminalListener, createTerminalLog } from './terminal-listener.ts'
