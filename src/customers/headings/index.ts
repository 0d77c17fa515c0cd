/**
 * The meaning of heading words: the phone's owner and kind, a country or area code. Pure; reads headings
 * only, never cells.
 */

export { isSomebodyElse } from '../../phone-words.ts'
export { type AddressWords, splitAddressHeader } from './address-header.ts'
export { classifyListedName } from './name-header.ts'
export { findPersonPrefix, type PersonPrefix, wordsBehindPrefix } from './person-words.ts'
export {
  classifyPhoneHeader,
  isLabelWord,
  isOwnRank,
  type PhoneHeader,
  phoneOfLabel,
  rankPhoneLabel,
  rankPhoneText,
  UNLABELLED,
} from './phone-header.ts'
export { classifyRegionHeader, isPhoneWord, type RegionHeader } from './region-header.ts'
