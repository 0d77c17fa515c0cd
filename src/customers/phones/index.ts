/** Reads phone numbers: written form, country, numbering plan, E.164. Pure; has no code for columns. */
export { isEnglishCountry, nameOfRegion, regionOfHint } from './country-region.ts'
export { createDummyPhones, type DummyPhones } from './dummy-phones.ts'
export { formatPhone } from './format-phone.ts'
export { nationalDigits } from './national-digits.ts'
export { planOfRegion, regionOfPhone } from './numbering-plan.ts'
export { parsePhoneQuery, phonesNear } from './parse-phone-query.ts'
export { readPhones } from './read-phone.ts'
