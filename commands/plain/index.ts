/** Renders a Reply as plain text, for terminals and for messages without blocks. */
export { chartBars, chartTable, drawProgress } from './chart-text.ts'
export { formatRow } from './format-row.ts'
export { formatTime, renderPlain, renderSentence, renderText, type TextMedium } from './render-plain.ts'
export { withoutInvisible } from './without-invisible.ts'
