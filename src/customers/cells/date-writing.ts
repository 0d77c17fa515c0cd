import { toAsciiDigits } from './clean-text.ts'

/** `2026年1月31日`, `2026년 1월 31일` */
const EAST_ASIAN = /^(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]/u
/** A weekday or a zone's long name in brackets: `(Sat)`, `(India Standard Time)`. */
const BRACKETED = /\s*\([^()]*\)/gu
/** Java's and Unix's form, with the time before the year: `Sat Jan 31 10:22:33 IST 2026`. */
const TIME_INSIDE = /\s\d{1,2}:\d{2}:\d{2}(?:\s[A-Z]{2,5})?(?=\s\d{4}$)/u
/**
 * A time of day after the date, with words before it (`at`, `um`, `alle ore`) and after it (`pm`, `IST`,
 * `Uhr`), and its zone. They do not change the written day.
 */
const TIME =
  /(?<=\d)(?:T|[^\d+-]{0,20}[\s,午])\d{1,2}(?:[:h]\d{2}|\sh\s\d{2}|\.\d{2}(?=$|[.\s]))(?:[:.]\d{2}(?:[.,]\d{1,9})?)?(?:[^\d+-]{0,12})(?:[+-]\d{2}(?::?\d{2})?)?$/u
/** XML adds a zone to a date without a time: `2026-01-31+05:30`. */
const ZONE = /(?<=^\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})$/u
/** "Year" after a Russian date, and the final dot of a Hungarian or Korean one. */
const YEAR_WORD = /(?<=\d)\s*(?:г|года|р|року)\.?(?=$|,?\s)/u
/** The era after or before a Thai year: `พ.ศ. 2569`. */
const THAI_ERA = /(?:พ\.?ศ\.?|ค\.?ศ\.?)\s?(?=\d)/u
/** Thai months are abbreviated with dots inside: `ส.ค.` */
const THAI_DOT = /(?<=\p{Script=Thai})\.(?=\p{Script=Thai}|\s)/gu
const LAST_DOT = /(?<=\d)[.,]$/u
const DASH = /[‐‑‒–—−－]/gu
/** Signs of Hindi and Hebrew for an abbreviation's dot. */
const ABBREVIATION = /[॰׳]/gu
/** `31. 01. 2026`, `31 / 01 / 2026` */
const SPACED_MARK = /(?<=\d)\s?([-/.])\s?(?=\d)/gu

/** The date of a cleaned cell without its time, in ASCII digits and without language-specific additions. */
export function tidyDate(text: string): string {
  return toAsciiDigits(text)
    .replace(DASH, '-')
    .replaceAll('،', ',')
    .replace(ABBREVIATION, '')
    .replace(EAST_ASIAN, '$1-$2-$3')
    .replace(BRACKETED, '')
    .replace(TIME_INSIDE, '')
    .replace(THAI_ERA, '')
    .replace(THAI_DOT, '')
    .replace(YEAR_WORD, '')
    .replace(TIME, '')
    .replace(ZONE, '')
    .replace(SPACED_MARK, '$1')
    .replace(LAST_DOT, '')
    .trim()
}
