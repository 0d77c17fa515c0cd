import { isRegion, listRegions, planOfRegion, plansOfCallingCode } from './numbering-plan.ts'

/** Languages whose country names are read, from Node (Unicode CLDR). */
const LANGUAGES = 'en hi de fr es it pt nl pl sv da nb fi cs ro tr ru uk ar mr ta te bn gu id ms'.split(' ')

/** Common names beside the official ones. ISO 3166 alpha-3 codes are listed separately. */
const ALIASES: Readonly<Record<string, string>> = {
  'united states of america': 'US',
  america: 'US',
  usa: 'US',
  'u s a': 'US',
  'u s': 'US',
  uk: 'GB',
  'u k': 'GB',
  'great britain': 'GB',
  britain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  'northern ireland': 'GB',
  uae: 'AE',
  'u a e': 'AE',
  emirates: 'AE',
  dubai: 'AE',
  bharat: 'IN',
  hindustan: 'IN',
  holland: 'NL',
  'south korea': 'KR',
  korea: 'KR',
  'north korea': 'KP',
  'viet nam': 'VN',
  'russian federation': 'RU',
  'ivory coast': 'CI',
  'czech republic': 'CZ',
  turkey: 'TR',
  burma: 'MM',
  ksa: 'SA',
  macau: 'MO',
  swaziland: 'SZ',
  macedonia: 'MK',
  eeuu: 'US',
  'ee uu': 'US',
  'e e u u': 'US',
  eua: 'US',
  'e u a': 'US',
  'estados unidos de america': 'US',
  'estados unidos de norteamerica': 'US',
  'estados unidos da america': 'US',
  'etats unis d amerique': 'US',
  'stati uniti d america': 'US',
  'vereinigte staaten von amerika': 'US',
  'united states us': 'US',
  'united states usa': 'US',
  'united kingdom uk': 'GB',
  'united kingdom gb': 'GB',
  'united arab emirates uae': 'AE',
  'abu dhabi': 'AE',
  sharjah: 'AE',
  inggris: 'GB',
  saudi: 'SA',
  'hong kong sar': 'HK',
  prc: 'CN',
  'republic of china': 'TW',
  'taiwan province of china': 'TW',
  'korea republic of': 'KR',
  'korea democratic people s republic of': 'KP',
  'iran islamic republic of': 'IR',
  'tanzania united republic of': 'TZ',
  'venezuela bolivarian republic of': 'VE',
  'bolivia plurinational state of': 'BO',
  'moldova republic of': 'MD',
  'congo the democratic republic of the': 'CD',
  'congo democratic republic of the': 'CD',
  'democratic republic of the congo': 'CD',
  'lao people s democratic republic': 'LA',
  'syrian arab republic': 'SY',
  'palestine state of': 'PS',
  'brunei darussalam': 'BN',
  'cote d ivoire': 'CI',
  'macedonia the former yugoslav republic of': 'MK',
}

/** ISO 3166-1: alpha-2 and alpha-3 of every region with phone numbers and its own alpha-3 code. */
const ALPHA_3 =
  'AD:AND AE:ARE AF:AFG AG:ATG AI:AIA AL:ALB AM:ARM AO:AGO AR:ARG AS:ASM AT:AUT AU:AUS AW:ABW AX:ALA AZ:AZE BA:BIH BB:BRB BD:BGD BE:BEL BF:BFA BG:BGR BH:BHR BI:BDI BJ:BEN BL:BLM BM:BMU BN:BRN BO:BOL BQ:BES BR:BRA BS:BHS BT:BTN BW:BWA BY:BLR BZ:BLZ CA:CAN CC:CCK CD:COD CF:CAF CG:COG CH:CHE CI:CIV CK:COK CL:CHL CM:CMR CN:CHN CO:COL CR:CRI CU:CUB CV:CPV CW:CUW CX:CXR CY:CYP CZ:CZE DE:DEU DJ:DJI DK:DNK DM:DMA DO:DOM DZ:DZA EC:ECU EE:EST EG:EGY EH:ESH ER:ERI ES:ESP ET:ETH FI:FIN FJ:FJI FK:FLK FM:FSM FO:FRO FR:FRA GA:GAB GB:GBR GD:GRD GE:GEO GF:GUF GG:GGY GH:GHA GI:GIB GL:GRL GM:GMB GN:GIN GP:GLP GQ:GNQ GR:GRC GT:GTM GU:GUM GW:GNB GY:GUY HK:HKG HN:HND HR:HRV HT:HTI HU:HUN ID:IDN IE:IRL IL:ISR IM:IMN IN:IND IO:IOT IQ:IRQ IR:IRN IS:ISL IT:ITA JE:JEY JM:JAM JO:JOR JP:JPN KE:KEN KG:KGZ KH:KHM KI:KIR KM:COM KN:KNA KP:PRK KR:KOR KW:KWT KY:CYM KZ:KAZ LA:LAO LB:LBN LC:LCA LI:LIE LK:LKA LR:LBR LS:LSO LT:LTU LU:LUX LV:LVA LY:LBY MA:MAR MC:MCO MD:MDA ME:MNE MF:MAF MG:MDG MH:MHL MK:MKD ML:MLI MM:MMR MN:MNG MO:MAC MP:MNP MQ:MTQ MR:MRT MS:MSR MT:MLT MU:MUS MV:MDV MW:MWI MX:MEX MY:MYS MZ:MOZ NA:NAM NC:NCL NE:NER NF:NFK NG:NGA NI:NIC NL:NLD NO:NOR NP:NPL NR:NRU NU:NIU NZ:NZL OM:OMN PA:PAN PE:PER PF:PYF PG:PNG PH:PHL PK:PAK PL:POL PM:SPM PR:PRI PS:PSE PT:PRT PW:PLW PY:PRY QA:QAT RE:REU RO:ROU RS:SRB RU:RUS RW:RWA SA:SAU SB:SLB SC:SYC SD:SDN SE:SWE SG:SGP SH:SHN SI:SVN SJ:SJM SK:SVK SL:SLE SM:SMR SN:SEN SO:SOM SR:SUR SS:SSD ST:STP SV:SLV SX:SXM SY:SYR SZ:SWZ TC:TCA TD:TCD TG:TGO TH:THA TJ:TJK TK:TKL TL:TLS TM:TKM TN:TUN TO:TON TR:TUR TT:TTO TV:TUV TW:TWN TZ:TZA UA:UKR UG:UGA US:USA UY:URY UZ:UZB VA:VAT VC:VCT VE:VEN VG:VGB VI:VIR VN:VNM VU:VUT WF:WLF WS:WSM XK:XKX YE:YEM YT:MYT ZA:ZAF ZM:ZMB ZW:ZWE'

/** Characters. No region's name with its code is longer, and the patterns below are slow on long texts. */
const MAX_LENGTH = 120

/** Names loaded so far: languages are loaded one by one, because most cells are English or a code. */
const regionsByName = new Map<string, string>()
const englishNames = new Set<string>()
let languagesOf = 0

/**
 * The region of a country cell: a name in any of the languages, an ISO 3166 code of two or three letters, a
 * flag, a dialling code with or without text (`India (+91)`), or several regions with the same code
 * (`US/Canada`).
 */
function regionOfCountry(text: string): string | null {
  if (text.length > MAX_LENGTH) return null
  const plain = flagsAsLetters(text)
  return regionOfName(plain) ?? regionOfCode(plain) ?? regionOfParts(plain)
}

/**
 * The region of a cell beside a phone: a dialling code, a country, or its ISO code.
 *
 * @param preferred used if several regions share the dialling code and it is one of them
 */
export function regionOfHint(text: string, preferred: string | null): string | null {
  if (text.length > MAX_LENGTH) return null
  const plain = text.replace(/^=?"?|"$|(?<=\d)\.0+$/gu, '')
  const region = regionOfCallingCode(plain, preferred)
  return region !== null && !/\p{L}/u.test(flagsAsLetters(plain)) ? region : regionOfCountry(plain)
}

/**
 * The region of a dialling code such as `91`, `+91`, `0091` or `India (+91)`.
 *
 * @param preferred used if several regions share the code and it is one of them
 */
function regionOfCallingCode(text: string, preferred: string | null): string | null {
  if (text.length > MAX_LENGTH) return null
  const match = /^\D*?(?:\+|00)?\s*(\d(?:[\d\s-]{0,5}\d)?)\D*$/u.exec(text)
  // Regions of the North American plan are sometimes written with their area code: "1-876".
  const digits = (match?.[1] ?? '').replace(/\D/gu, '')
  const plans = plansOfCallingCode(digits.length === 4 && digits.startsWith('1') ? '1' : digits)
  if (preferred !== null && plans.some(({ region }) => region === preferred)) return preferred
  const main = plans[0]?.region
  return main !== undefined && planOfRegion(main) ? main : null
}

/** True for a country's name or short form in English (`India`, `U.K.`). Loads no other language. */
export function isEnglishCountry(text: string): boolean {
  if (text.length > MAX_LENGTH) return false
  if (languagesOf === 0) loadLanguage()
  return englishNames.has(fold(text))
}

function regionOfName(text: string): string | null {
  const upper = text
    .trim()
    .replace(/[.\s]+$/u, '')
    .toUpperCase()
  if (upper.length === 2 && isRegion(upper)) return upper
  const code = /\(\s*(\+?\d+)\s*\)|(\+\d+)/u.exec(text)
  const name = fold(text.replace(/\(.*?\)|\+.*$/gu, ' '))
  const region = findName([name, fold(text), withoutForm(name)])
  if (region === null) return null
  // A name and another region's code: either can be wrong.
  return code && regionOfCallingCode(code[1] ?? code[2] ?? '', region) !== region ? null : region
}

/** A number in a text is a dialling code only after a plus; otherwise (`Sector 44`) it counts something. */
function regionOfCode(text: string): string | null {
  if (!/\p{L}/u.test(text)) return regionOfCallingCode(text, null)
  if (!/(?:\+|\b00)\s*\d/u.test(text)) return null
  const region = regionOfCallingCode(text, null)
  const named = regionOfName(text.replace(/[^\p{L}\p{M}\s]/gu, ' '))
  const isSame =
    named === null || planOfRegion(named)?.callingCode === planOfRegion(region ?? '')?.callingCode
  return isSame ? region : null
}

/** `San Francisco, USA` ends with the country. All parts of `US/Canada` and `IN - India` have one plan. */
function regionOfParts(text: string): string | null {
  const last = text.includes(',') ? (text.split(',').at(-1) ?? '').trim() : ''
  if (/\p{L}{3}/u.test(last) || /^u\.?[sk]\.?$/iu.test(last)) return regionOfName(last)
  const parts = text.split(/[/|;&()]|\s*[–—-]\s*|\b(?:or|and)\b/u).map((part) => part.trim())
  const named = parts.filter((part) => part !== '')
  if (named.length < 2) return null
  const regions = named.map((part) => regionOfName(part) ?? regionOfCode(part))
  const codes = new Set(regions.map((region) => (region === null ? null : planOfRegion(region)?.callingCode)))
  return codes.size === 1 ? (regions[0] ?? null) : null
}

/** `Republic of India` */
function withoutForm(name: string): string {
  return name.replace(
    /^(?:(?:federal|united|islamic|people s|arab|federative|socialist|democratic) )*(?:republic|kingdom|state|commonwealth|sultanate) of (?:the )?/u,
    '',
  )
}

/** Flags use letters of their own, from 🇦 on. */
function flagsAsLetters(text: string): string {
  return text.replace(/[\u{1f1e6}-\u{1f1ff}]/gu, (letter) =>
    String.fromCodePoint((letter.codePointAt(0) ?? 0) - 0x1f1e6 + 0x41),
  )
}

/** The English name of a flag's country: `🇬🇧` is United Kingdom. Null if no country has the flag. */
export function nameOfFlag(flag: string): string | null {
  const region = flagsAsLetters(flag)
  return isRegion(region) ? nameOfRegion(region) : null
}

const SHORT_NAMES = new Set(['uk', 'usa', 'uae', 'ksa'])
const SHORTEST_NAME = 4
const NAME_BEFORE = /^\(?(\p{L}[\p{L}. &-]{0,40}?)[)\s:.-]*([+(\d].*)$/su

/**
 * A number behind its country's English name: `India 98765 43210`, `UK: 07911 123456`. Other short words are
 * labels, so codes of two letters do not count.
 */
export function splitCountryName(text: string): { readonly region: string; readonly number: string } | null {
  const [, name = '', number = ''] = NAME_BEFORE.exec(text) ?? []
  const folded = fold(name).replaceAll(' ', '')
  if (folded.length < SHORTEST_NAME && !SHORT_NAMES.has(folded)) return null
  const region = isEnglishCountry(name) || SHORT_NAMES.has(folded) ? regionOfCountry(name) : null
  return region === null ? null : { region, number }
}

/** A region's English name, for sentences. */
export function nameOfRegion(region: string): string {
  return new Intl.DisplayNames(['en'], { type: 'region', fallback: 'code' }).of(region) ?? region
}

function findName(names: readonly string[]): string | null {
  if (names.every((name) => name === '')) return null
  for (;;) {
    for (const name of names) {
      const region = regionsByName.get(name)
      if (region !== undefined) return region
    }
    if (languagesOf === LANGUAGES.length) return null
    loadLanguage()
  }
}

function loadLanguage(): void {
  collectNames(LANGUAGES[languagesOf] ?? 'en')
  if (languagesOf === 0) for (const name of regionsByName.keys()) englishNames.add(name)
  languagesOf += 1
}

function collectNames(language: string): void {
  if (languagesOf === 0) {
    for (const [name, region] of Object.entries(ALIASES)) regionsByName.set(name, region)
    for (const pair of ALPHA_3.split(' ')) regionsByName.set(pair.slice(3).toLowerCase(), pair.slice(0, 2))
  }
  for (const style of ['long', 'short'] as const) {
    const display = new Intl.DisplayNames([language], { type: 'region', style, fallback: 'none' })
    for (const region of listRegions()) {
      const name = fold(display.of(region) ?? '')
      if (name !== '' && !regionsByName.has(name)) regionsByName.set(name, region)
    }
  }
}

function fold(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFD')
    .replace(/(?<=[a-z])[\u0300-\u036f]+/gu, '')
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}]+/gu, ' ')
    .trim()
    .replace(/^the | (?:and|und|et|y|e|en|og|och|dan)(?= )/gu, '')
}
