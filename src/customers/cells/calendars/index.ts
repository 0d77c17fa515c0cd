/**
 * Days of other calendars as days of ours, and the names of months. Knows no cell.
 */
export { calendarOf, fromCalendar } from './foreign-calendars.ts'
export { monthOfName } from './month-names.ts'
export { FIRST_NEPALI_YEAR, fromNepali } from './nepali-calendar.ts'
