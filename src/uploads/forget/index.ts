/**
 * Erases a person: request, customers, history rows, headings, file names. slack/ deletes files in Slack and
 * edits messages.
 */
export { type ForgetForecast, forecastForget, queueForget, requestForget } from './forget-request.ts'
export { runForget } from './forget-run.ts'
export { watchForgetting } from './watch-forgetting.ts'
