import { PHONE_SPELLINGS } from '../../phone-words.ts'

/** A header in parts: the words it is compared by, and what it states about its cells. */
export interface HeaderWords {
  readonly words: readonly string[]
  /** Order of day and month stated in the header, as in `Due Date (DD/MM/YYYY)`. */
  readonly dateOrder: 'day_first' | 'month_first' | null
  /** The unit of amounts stated in the header, as in `Loan Amount (in Lakhs)`: `lakhs`. */
  readonly scale: string | null
}

/** Abbreviations and spellings of the same word, in lower case and without accents. */
const SAME: Readonly<Record<string, string>> = {
  ...PHONE_SPELLINGS,
  no: 'number',
  nos: 'number',
  nr: 'number',
  num: 'number',
  nbr: 'number',
  nmbr: 'number',
  numero: 'number',
  nummer: 'number',
  numer: 'number',
  numbers: 'number',
  '№': 'number',
  '#': 'number',
  नंबर: 'number',
  नं: 'number',
  नम्बर: 'number',
  संख्या: 'number',
  क्रमांक: 'number',
  номер: 'number',
  cust: 'customer',
  custo: 'customer',
  appl: 'applicant',
  coappl: 'coapplicant',
  borr: 'borrower',
  coborr: 'coborrower',
  guar: 'guarantor',
  amt: 'amount',
  amnt: 'amount',
  dt: 'date',
  addr: 'address',
  add: 'address',
  adr: 'address',
  alt: 'alternate',
  altr: 'alternate',
  alternative: 'alternate',
  dept: 'department',
  org: 'organization',
  mail: 'email',
  mails: 'email',
  emails: 'email',
  std: 'standard',
  lang: 'language',
  pref: 'preferred',
  sec: 'secondary',
  installment: 'instalment',
}
/** `Mobileno`, `PhoneNum`: a word joined with "number". */
const GLUED_NUMBER =
  /^(mobile|mob|phone|ph|tel|telephone|cell|contact|cont|whatsapp|account|acct|ac|loan|cust|customer|lan|agreement)(?:nos?|num|nbr|number)$/u

/** `CUSTMOBILE`, `altmobileno`, `GUARNAME`: a person's or phone's word joined with a field's. */
const GLUED_OWNER =
  /^(cust|customer|client|borrower|applicant|appl|lead|member|guarantor|guar|coapplicant|coborrower|agent|father|mother|spouse|alternate|alt|primary|registered|resi|home|office)(mobile|mob|phone|telephone|tel|whatsapp|contact|name|email|city|state|address|addr|country|pincode|pin|zip)(nos?|num|nbr|number)?$/u

const DATE_FORMAT =
  /(?<![a-z])(d{1,2}|m{1,3}|y{2,4})[-/. ]?(d{1,2}|m{1,3}|y{2,4})[-/. ]?(d{1,2}|m{1,3}|y{2,4})(?![a-z])/iu
const SCALE = /\b(?:in )?(lakhs?|lacs?|crores?|thousands?|millions?|mn|'000s?|000s)\b/iu
/** Text in brackets that does not identify the column. */
const UNIT =
  /^(?:in )?(?:inr|rs\.?|rupees|usd|eur|gbp|aed|zar|r|ngn|n|kes|ksh|ugx|tzs|ghs|egp|brl|mxn|cop|pln|idr|rp|\p{Sc}|%|percent|optional|required|mandatory|if any|if available|s|text|numeric|number only|digits only|e\.?164|(?:10|ten)[ -]?digits?(?: only)?|(?:with(?:out)?|incl\.?|including|excl\.?) .*(?:code|\+?91|0)|b\.?\s?s\.?|a\.?\s?d\.?|bikram samba[td]|vikram samva[td]|[वब]ि\.?\s?सं\.?|est|ist|utc|gmt.*|local|yes\/no|y\/n)$/iu
const BRACKETS = /[([{]([^()[\]{}]*)[)\]}]/gu
/** "No." and "Nr", whose dot or sign stands for the rest of the word. */
const NUMBER_SIGN = /#|№|\bn[º°ᵒo]\.?(?=\s|$)/giu
const LATIN_ACCENTS = /(?<=[a-z])[\u0300-\u036f]+/gu
const CAMEL_CASE = /(?<=\p{Ll})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/gu
const WORD = /[\p{L}\p{M}]+|\p{N}+/gu

/**
 * Splits a header into words that are equal for `Mobile No.`, `MOBILE_NUMBER`, `mobileNumber` and `Mobile #`.
 * Accents of Latin letters are removed; vowel signs of other scripts are letters and stay.
 */
export function normaliseHeader(header: string): HeaderWords {
  const text = header.normalize('NFKC').replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, '')
  const format = DATE_FORMAT.exec(text)
  const order = format ? orderOfFormat(format.slice(1)) : null
  const dated = format && order !== undefined ? text.replace(format[0], ' ') : text
  const scale = SCALE.exec(dated)
  const bare = dated.replace(BRACKETS, (_, inside: string) =>
    UNIT.test(inside.trim()) ? ' ' : ` ${inside} `,
  )
  return { words: listWords(bare), dateOrder: order ?? null, scale: scale?.[1]?.toLowerCase() ?? null }
}

function listWords(text: string): string[] {
  const plain = text
    .replace(NUMBER_SIGN, ' number ')
    .replace(/\ba\/c\b/giu, ' account ')
    .replace(/\be[-\s_]?mail/giu, 'email')
    .replace(/whats\s?app/giu, 'whatsapp')
    .replace(/\biphone\b/giu, 'iphone')
    .replace(/(?<=\p{L})['’]s\b/giu, '')
    .replace(CAMEL_CASE, ' ')
    .toLowerCase()
    .normalize('NFD')
    .replace(LATIN_ACCENTS, '')
    .normalize('NFC')
    .replaceAll('ß', 'ss')
  return (plain.match(WORD) ?? []).flatMap((word) => {
    const glued = GLUED_NUMBER.exec(word)
    if (glued) return [sameWord(glued[1] ?? ''), 'number']
    const [, owner, field = '', number] = GLUED_OWNER.exec(word) ?? []
    if (owner === undefined) return [sameWord(word)]
    return [sameWord(owner), sameWord(field), ...(number === undefined ? [] : ['number'])]
  })
}

function sameWord(word: string): string {
  return Object.hasOwn(SAME, word) ? (SAME[word] ?? word) : word
}

/** @returns undefined if the letters are no date format, null if the format has the year first. */
function orderOfFormat(parts: readonly string[]): 'day_first' | 'month_first' | null | undefined {
  const order = parts.map((part) => part.charAt(0).toLowerCase()).join('')
  if (order === 'dmy') return 'day_first'
  if (order === 'mdy') return 'month_first'
  return order === 'ymd' ? null : undefined
}

/** Words for the owner of a column, in a file about one customer per row. */
const OWNERS = new Set(
  'customer client borrower applicant contact lead debtor member prospect party subscriber consumer holder ग्राहक kunde kunden cliente klient'.split(
    ' ',
  ),
)
/** Words without meaning: Google's ` - Value`, a polite "your". */
const NOISE = new Set(
  'value the your of de del della du des d el la le no what is please enter aed kes ngn inr usd eur zar'.split(
    ' ',
  ),
)

/**
 * The keys a header is looked up by, most exact first: all its words; without numbering and noise; without
 * the owner; without "number".
 */
export function headerKeys(words: readonly string[]): readonly string[] {
  const unnumbered = words.filter((word) => !/^\p{N}+$/u.test(word) && !NOISE.has(word))
  const unowned = dropLeading(unnumbered, OWNERS)
  const shorter = unowned.filter((word) => word !== 'number')
  return [...new Set([words, unnumbered, unowned, shorter].map((some) => some.join('')))].filter(
    (key) => key !== '',
  )
}

function dropLeading(words: readonly string[], unwanted: ReadonlySet<string>): readonly string[] {
  let start = 0
  while (start < words.length - 1 && unwanted.has(words[start] ?? '')) start += 1
  return words.slice(start)
}
