/**
 * The meaning of heading words: the phone's owner and kind, a country or area code. Pure; reads headings
 * only, never cells.
 */
export { type AddressWords, splitAddressHeader } from './address-header.ts'
export { namesListed } from './name-header.ts'
export { findPersonPrefix, type PersonPrefix, wordsBehindPrefix } from './person-words.ts'
export {
  classifyPhoneHeader,
  type PhoneHeader,
  phoneOfLabel,
  rankPhoneLabel,
  rankPhoneText,
  UNLABELLED,
} from './phone-header.ts'
export { classifyRegionHeader, type RegionHeader } from './region-header.ts'
