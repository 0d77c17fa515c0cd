/**
 * Decides which column of a file is which field, by headings and a sample of rows, or that a person must be
 * asked for the phone column. Pure.
 */
export { type MapHeaderOptions, type MappedHeader, mapHeader, mapHeaderInSteps } from './map-header.ts'
export { describeForeignPhones } from './mapping-notes.ts'
