const NUMBER_LIKE = /^[\s\p{Nd}'"’=+\-–().,/:*#%$€£¥₹]+$/u
const DATE_LIKE = /^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([\sT].*)?$/
const EMAIL_LIKE = /^\s*[^\s@]+@[^\s@]+\.[^\s@]+\s*$/
const PHONE_LIKE = /^[\s'"=]*\+?\(?\p{Nd}[\p{Nd}\s().\-–]*[\s'"]*$/u
/** Separators between several phones of a cell. */
const PHONE_SEPARATORS = /[;|/,&]/

const countDigits = (cell: string): number => cell.match(/\p{Nd}/gu)?.length ?? 0

/** A number, amount, phone, date or e-mail address, which is never a header. */
export function looksLikeData(cell: string): boolean {
  return (NUMBER_LIKE.test(cell) && /\p{Nd}/u.test(cell)) || EMAIL_LIKE.test(cell)
}

export function isLongNumber(cell: string): boolean {
  return NUMBER_LIKE.test(cell) && !DATE_LIKE.test(cell) && countDigits(cell) >= 7
}

export const isEmail = (cell: string): boolean => EMAIL_LIKE.test(cell)

/** One phone or several, and nothing else. */
export function isPhoneLike(cell: string): boolean {
  return cell.split(PHONE_SEPARATORS).every((part) => {
    const digits = countDigits(part)
    return digits >= 7 && digits <= 15 && PHONE_LIKE.test(part) && !DATE_LIKE.test(part)
  })
}

export const isWord = (cell: string): boolean => cell.trim() !== '' && !looksLikeData(cell)

/** A line of a web page that a server prints above or below a list. */
const MARKUP =
  /^\s*(?:<(?:!doctype|!--|\?php|\/?(?:html|head|body|title|style|script|link|meta|div|span|table|thead|tbody|tr|td|th|p|a|b|br|font|hr|h[1-6]|img|ul|li|form|input|button|pre|code|noscript|iframe|center|footer|header|section|nav|main))\b|-->)/i
/** The start of a web page: nothing after it is a row. */
const PAGE = /^\s*<(?:!doctype\s+html|html|head|body|script|style)\b/i

export const isMarkup = (text: string): boolean => text.length > 0 && MARKUP.test(text.slice(0, 200))

export const beginsPage = (text: string): boolean => PAGE.test(text.slice(0, 200))
