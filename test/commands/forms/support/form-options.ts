import { DEFAULT_CATALOGUE } from '../../../../src/customers/fields/field-catalogue.ts'

/** For a person who types on a Tuesday. */
export const FORM_OPTIONS = {
  now: new Date('2026-01-20T12:00:00+05:30'),
  timeZone: 'Asia/Kolkata',
  dateOrder: 'day_first',
  defaultRegion: 'IN',
  user: 'U1',
  catalogue: DEFAULT_CATALOGUE,
} as const
