/** The default fields with their headers, one file per group. They know no team's `fields.yml`. */
export { DEFAULT_FIELDS } from './default-fields.ts'
