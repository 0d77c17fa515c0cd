/**
 * Erases a person: request, customers, history rows, headings, file names.
 * Deleting files in Slack and editing messages is left to slack/.
 */
export { type ForgetForecast, forecastForget, queueForget, requestForget } from './forget-request.ts'
export { runForget } from './forget-run.ts'
export { watchForgetting } from './watch-forgetting.ts'
