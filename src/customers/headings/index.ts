/**
 * What the words of a heading mean: whose phone it is, which kind of phone, a country or area code.
 * Pure; sees headings only, never cells.
 */
export { type AddressWords, splitAddressHeader } from './address-header.ts'
export { findPersonPrefix, type PersonPrefix, wordsBehindPrefix } from './person-words.ts'
export {
  classifyPhoneHeader,
  phoneOfLabel,
  rankPhoneLabel,
  rankPhoneText,
  UNLABELLED,
} from './phone-header.ts'
export { classifyRegionHeader, type RegionHeader } from './region-header.ts'
