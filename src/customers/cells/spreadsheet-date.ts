/** Short names of months, as spreadsheets write them in English, German, French, Spanish, Portuguese, Italian. */
const MONTHS =
  'jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec|mrz|mär|mai|okt|dez|janv|févr|mars|avr|juin|juil|août|déc|ene|abr|ago|dic|fev|out|gen|mag|giu|lug|set|ott'
const MONTH_YEAR = new RegExp(`^(?:${MONTHS})[.]?[- ]\\d{2}$`, 'iu')
const DAY_MONTH = new RegExp(`^\\d{1,2}[.]?[- ](?:${MONTHS})[.]?(?:[- ]\\d{2}(?:\\d{2})?)?$`, 'iu')

/** True for `Dec-05`, `5-Dec` and `05. Dez`: a spreadsheet turns `12-05` into such a date. */
export function isSpreadsheetDate(text: string): boolean {
  return text.length <= 12 && (MONTH_YEAR.test(text) || DAY_MONTH.test(text))
}
