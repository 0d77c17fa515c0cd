/**
 * The language of filters for counting and exporting customers: parses a filter and repeats it in words.
 * Pure: uses no database and creates no reply.
 */
export { isBareAmount } from './amount-condition.ts'
export type { FilterOptions } from './condition.ts'
export { isAmountField } from './named-field.ts'
export { nearestFilter } from './nearest-filter.ts'
export { type AskedFilter, parseCustomerFilter } from './parse-customer-filter.ts'
export { phraseFilter } from './phrase-filter.ts'
