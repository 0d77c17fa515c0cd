/** HTML's names for the letters from U+00A0 to U+00FF, in order (HTML 4, Latin-1). */
const LATIN_1 =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml'
const NAMED: ReadonlyMap<string, string> = new Map([
  ...LATIN_1.split(' ').map((name, at): [string, string] => [name, String.fromCharCode(0xa0 + at)]),
  ...Object.entries({
    ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", AMP: '&', LT: '<', GT: '>', QUOT: '"' },
    ...{ lsquo: '‘', rsquo: '’', sbquo: '‚', ldquo: '“', rdquo: '”', bdquo: '„', lsaquo: '‹', rsaquo: '›' },
    ...{ ndash: '–', mdash: '—', hellip: '…', bull: '•', euro: '€', trade: '™', prime: '′', Prime: '″' },
    ...{ OElig: 'Œ', oelig: 'œ', Scaron: 'Š', scaron: 'š', Yuml: 'Ÿ', ensp: ' ', emsp: ' ', thinsp: ' ' },
    ...{
      zwnj: '\u200c',
      zwj: '\u200d',
      lrm: '\u200e',
      rlm: '\u200f',
      sol: '/',
      comma: ',',
      colon: ':',
      semi: ';',
    },
    ...{
      plus: '+',
      num: '#',
      commat: '@',
      lpar: '(',
      rpar: ')',
      period: '.',
      excl: '!',
      quest: '?',
      Tab: ' ',
    },
    ...{ NewLine: ' ', hyphen: '-', dash: '-', lowbar: '_', ast: '*', percnt: '%', dollar: '$', equals: '=' },
  }),
])
const ENTITY = /&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}\d{0,2}));/giu
/** A program that escapes twice writes `&amp;amp;`. */
const MAX_PASSES = 3
/** `\"` and `\'`, as databases escape them. */
const WRAPPED_ESCAPED = /^\s*"((?:[^"\\]|\\.)*)"\s*$/su
const ESCAPED_QUOTE = /\\(["'])/gu

/** Closing marks per opening mark; German and Swedish ones also close English ones. */
const CLOSING: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '`': "`'",
  '“': '”“',
  '”': '”',
  '„': '“”',
  '‘': '’',
  '’': '’',
  '‚': '‘’',
  '«': '»',
  '»': '«',
  '‹': '›',
  '「': '」',
}
const MARK = /["'`“”„‘’‚«»‹›「」]/u
/** `D'Souza`, `O’Brien`: inside a word a mark is a letter. */
const APOSTROPHE = /(?<=[\p{L}\p{M}])['’](?=[\p{L}\p{M}])/gu

/** Removes the escapes of web pages and databases: entities and escaped quotes become their characters. */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return decodeEntities(removeTags(text))
  const inner = WRAPPED_ESCAPED.exec(text)?.[1] ?? text
  return decodeEntities(removeTags(inner.replace(ESCAPED_QUOTE, '$1')))
}

/** Formatting tags of web pages. Other words in angle brackets (`<asha@example.com>`, `<none>`) are text. */
const TAG =
  /<\/?(?:a|b|i|u|s|p|br|hr|em|strong|small|big|font|span|div|li|ul|ol|td|tr|th|sub|sup|center|h[1-6])(?:\s[^<>]*)?\/?>/giu
/** Tags that end a line. */
const BREAK = /^<\/?(?:br|p|div|li|tr|hr|h)/iu

function removeTags(text: string): string {
  if (!text.includes('<') || !text.includes('>')) return text
  return text.replace(TAG, (tag) => (BREAK.test(tag) ? ' ' : ''))
}

/** `M\u00fcller`, as JSON writes letters, and Excel's `_x000D_` for a line break. */
const CODED = /\\u([\da-f]{4})|_x000([9ad])_/giu
/** One or two units of UTF-16 that are no letter alone. */
const UNPAIRED = /\p{Surrogate}/u

function decodeCodes(text: string): string {
  if (!text.includes('\\u') && !text.includes('_x000')) return text
  const decoded = text.replace(CODED, (_, code?: string) =>
    code === undefined ? ' ' : String.fromCharCode(Number.parseInt(code, 16)),
  )
  return UNPAIRED.test(decoded) ? text : decoded
}

function decodeEntities(given: string): string {
  let decoded = decodeCodes(given)
  for (let pass = 0; pass < MAX_PASSES && decoded.includes('&'); pass += 1) {
    const next = decoded.replace(ENTITY, readEntity)
    if (next === decoded) break
    decoded = next
  }
  return decoded
}

function readEntity(entity: string, decimal?: string, hex?: string, name?: string): string {
  if (name !== undefined) return NAMED.get(name) ?? entity
  const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return isCharacter ? String.fromCodePoint(code) : entity
}

/**
 * Removes quotation marks of any kind around the whole text. Marks inside stay, and so do outer ones that
 * belong to them.
 */
export function removeQuotes(text: string): string {
  let bare = text
  for (;;) {
    const closing = CLOSING[bare.charAt(0)]
    const isWrapped = bare.length > 1 && closing?.includes(bare.charAt(bare.length - 1))
    const inner = isWrapped ? bare.slice(1, -1).trim() : ''
    const single = isWrapped ? withoutDoubled(inner, bare.charAt(0)) : null
    if (single !== null) return single
    if (!isWrapped || (MARK.test(unwrapped(inner)) && !isNested(bare))) return bare
    bare = inner
  }
}

/** `'Ravi O''Neil'`, as databases quote: all inner marks are doubled. Null if some are not, or if there are none. */
function withoutDoubled(inner: string, mark: string): string | null {
  const doubled = mark + mark
  if (!inner.includes(doubled) || inner.replaceAll(doubled, '').includes(mark)) return null
  return inner.replaceAll(doubled, mark)
}

/** True if the last mark closes the first one: `“Asha “Bunty” Rao”`. Only differing marks can be counted. */
function isNested(text: string): boolean {
  const [opening, closing] = [text.charAt(0), text.charAt(text.length - 1)]
  if (opening === closing || !'“„‘‚«‹「'.includes(opening)) return false
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text.charAt(at) === opening) depth += 1
    else if (text.charAt(at) === closing) depth -= 1
    if (depth === 0) return at === text.length - 1
  }
  return false
}

/** The text between the marks, without further surrounding marks. */
function unwrapped(inner: string): string {
  const text = inner.replace(APOSTROPHE, '')
  const closing = CLOSING[text.charAt(0)]
  return text.length > 1 && closing?.includes(text.charAt(text.length - 1)) ? text.slice(1, -1) : text
}

/** Characters of all escapes and quotation marks. */
const SIGN = /[&<\\_"'`“”„‘’‚«»‹「]/u

/** What was removed from a text, for the receipt; null if nothing was. */
export function repairOf(cell: string): 'entities' | 'quotes' | null {
  // Most cells have no such sign.
  if (!SIGN.test(cell)) return null
  if (decodeEntities(removeTags(cell)) !== cell) return 'entities'
  const text = unescapeText(cell).trim()
  return text !== cell.trim() || (text.length > 2 && removeQuotes(text) !== text) ? 'quotes' : null
}
