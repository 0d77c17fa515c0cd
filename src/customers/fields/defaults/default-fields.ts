import type { FieldDefinition } from '../customer.ts'
import { ADDRESS_FIELDS } from './address-fields.ts'
import { LOAN_FIELDS } from './loan-fields.ts'
import { NAME_FIELDS } from './name-fields.ts'
import { PERSON_FIELDS } from './person-fields.ts'
import { PHONE_FIELDS } from './phone-fields.ts'

/**
 * The default fields. Names are the contract with systems that read the collection. Synonyms are headers of
 * HubSpot, Salesforce, Zoho, Outlook, Google Contacts, VICIdial, Five9, Exotel, Ozonetel, Finacle and
 * Flexcube exports, and common names in English, Hindi and the larger European languages.
 *
 * Headers are compared in the form of `normaliseHeader`. So case, accents, punctuation, numbering, "No." and
 * a leading "Customer" need no synonyms of their own.
 */
export const DEFAULT_FIELDS: readonly FieldDefinition[] = [
  ...PHONE_FIELDS,
  ...NAME_FIELDS,
  ...ADDRESS_FIELDS,
  ...LOAN_FIELDS,
  ...PERSON_FIELDS,
]
