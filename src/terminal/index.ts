/**
 * What every program prints on a terminal: its help, its version, errors with advice for the operator, and text
 * without control characters.
 */
export { answerHelp } from './answer-help.ts'
export { adviseOn, formatForConsole } from './console-message.ts'
export { print, replaceLine } from './terminal-text.ts'
export { readVersion } from './version.ts'
