/**
 * Answers what somebody writes to the bot without a command: in a mention or in a direct message. The parser is that of the
 * commands.
 */
export { answerAnything } from './answer-anything.ts'
