/** Converts dates of other calendars to Gregorian ones, and knows month names. Has no code for cells. */
export { calendarOf, fromCalendar } from './foreign-calendars.ts'
export { monthOfName } from './month-names.ts'
export { FIRST_NEPALI_YEAR, fromNepali } from './nepali-calendar.ts'
