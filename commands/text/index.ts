/** Parses and formats what people type: dates, the nearest known word. Has no code for replies. */
export {
  addDays,
  type Day,
  type DayOptions,
  dayOf,
  endOfDay,
  formatDay,
  momentOn,
  parseDay,
  startOfDay,
  type TimeOfDay,
} from './dates.ts'
export { nearestWord } from './nearest-word.ts'
export { findPastedList } from './pasted-list.ts'
export { type Period, parsePeriod } from './periods.ts'
