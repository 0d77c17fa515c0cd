import { MOBILE, OWNER, PHONE, WHATSAPP } from '../../phone-words.ts'

/** What a heading states about the country of phones. */
export interface RegionHeader {
  /**
   * - `code`: a dialling code, ISO code or country of a phone.
   * - `country`: the country of a person or an address.
   * - `area`: an area code before the number.
   * - `code_or_area`: either; the cells decide.
   */
  readonly kind: 'code' | 'country' | 'area' | 'code_or_area'
  /** The heading is ambiguous (`Prefix`, `CC`): the cells must agree. */
  readonly isWeak: boolean
  /** Words of its phone: `mobile` of `Mobile Country Code`. */
  readonly phone: readonly string[]
}

const list = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/u))

const COUNTRY = list(
  'country countries nation land lander pais pays paese nazione negara देश staat countryname государство страна ulke kraj kraju страны cntry ctry cntr wohnsitzland wohnland البلد الدولة دولة بلد 国家 国 국가 landerkurzel landerkennung landkurzel',
)
/** Words that always mean dialling codes. */
const DIALLING = list(
  `isd idd ddi iddcode isdcode landervorwahl landesvorwahl landerkennzahl landeskennzahl countrycode dialcode dialingcode diallingcode
  callingcode phoneprefix mobileprefix phonecode mobilecode countryprefix phonecountrycode landnummer landekode landcode landkod landskod landercode 国家代码 国家区号 国际区号 国番号 国コード
  आईएसडी`,
)
const CODE = list(
  'code codes cod prefix prefixes prefijo prefixo prefisso codigo codice kode kod kodu clave код indicatif indicativo कोड kennzahl رمز كود مفتاح',
)
const DIAL = list(
  'dial dialing dialling calling call int telephonic telefonico telefonique telephonique international internacional internazionale internationale internationaler intl',
)
const ISO = list('iso alpha short abbreviation name kurzel')
const WEAK_ALONE = list('cc iso')
/** `Vorwahl` is usually an area code, but a country code in some exports. */
const CODE_OR_AREA = list(
  'vorwahl vorw vorwahlnummer prefijo prefisso indicativo indicatif caracteristica netnummer 区号 區號',
)
const AREA = list(
  `area npa std standard stdcode areacode ddd lada ortsvorwahl ortskennzahl ortsnetzkennzahl ortsnetzvorwahl onkz wilayah kierunkowy
  riktnummer kengetal omradenummer alan города 市外局番 지역번호 एसटीडी क्षेत्र`,
)
const PLACE = list(
  `residence residential resident address home house work business office mailing billing bill shipping delivery postal permanent present current
  default primary main po sa other alternate secondary region regions territory location living residing staying ship anschrift domicilio residencia domicile`,
)
const NOISE = list('of in de del du da do di the your my for number value no and des la le el para fur')
const PHONE_LIKE = list('contact number sms')

/** The words of a heading, as the rules below need them. */
interface Facts {
  readonly words: readonly string[]
  /** The words that identify one of several phones. */
  readonly phone: readonly string[]
  has(some: ReadonlySet<string>): boolean
  /** True if every word is in these sets, a phone word or a digit. */
  isOnly(...sets: readonly ReadonlySet<string>[]): boolean
}

/** The first matching rule decides. */
const RULES: readonly ((facts: Facts) => RegionHeader | null)[] = [
  readArea,
  readSingleWord,
  readCodeOrArea,
  readDialling,
  readPhoneCode,
  readCountry,
]

/** @returns null if the heading does not concern a country or an area */
export function classifyRegionHeader(words: readonly string[]): RegionHeader | null {
  const facts: Facts = {
    words,
    phone: words.filter((word) => isPhoneWord(word) || PLACE_OF_PHONE.has(word) || isDigit(word)),
    has: (some) => words.some((word) => some.has(word)),
    isOnly: (...sets) =>
      words.every((word) => isPhoneWord(word) || isDigit(word) || sets.some((some) => some.has(word))),
  }
  for (const read of RULES) {
    const header = read(facts)
    if (header) return header
  }
  return null
}

function readArea({ has, isOnly, phone }: Facts): RegionHeader | null {
  const isEither = has(AREA) && (has(COUNTRY) || has(DIALLING) || has(DIAL))
  if (isEither && isOnly(AREA, COUNTRY, DIALLING, DIAL, CODE, NOISE, PHONE_LIKE, OWNER))
    return { kind: 'code_or_area', isWeak: false, phone }
  const isArea = has(AREA) && isOnly(AREA, CODE, NOISE, PHONE_LIKE, OWNER)
  return isArea ? { kind: 'area', isWeak: !has(CODE) && has(PLAIN_AREA), phone } : null
}

function readSingleWord({ words, phone }: Facts): RegionHeader | null {
  const named = words.filter((word) => !isDigit(word) && !CODE.has(word))
  const only = (words.length === 1 ? words[0] : named.length === 1 ? named[0] : '') ?? ''
  if (WEAK_ALONE.has(only)) return { kind: 'code', isWeak: true, phone }
  return words.length === 1 && PREFIX.has(only) ? { kind: 'code_or_area', isWeak: true, phone } : null
}

function readCodeOrArea({ words, has, isOnly, phone }: Facts): RegionHeader | null {
  if (!has(CODE_OR_AREA) || !isOnly(CODE_OR_AREA, CODE, NOISE, PHONE_LIKE, OWNER, DIAL, COUNTRY)) return null
  if (has(DIAL) || has(COUNTRY)) return { kind: 'code', isWeak: false, phone }
  const isWeak = !words.some((word) => DIALLED.has(word) || isPhoneWord(word))
  return { kind: 'code_or_area', isWeak, phone }
}

function readDialling({ has, isOnly, phone }: Facts): RegionHeader | null {
  const isCode = has(DIALLING) && isOnly(DIALLING, CODE, NOISE, PHONE_LIKE, OWNER, COUNTRY, DIAL)
  return isCode ? { kind: 'code', isWeak: false, phone } : null
}

function readPhoneCode({ words, has, isOnly, phone }: Facts): RegionHeader | null {
  if (!has(CODE) && !words.includes('cc')) return null
  const isOfPhone = words.some(isPhoneWord) || has(PHONE_LIKE) || has(DIAL)
  const sets = [CODE, CC, DIAL, COUNTRY, ISO, NOISE, PHONE_LIKE, OWNER, PLACE, DIALLING]
  if ((!isOfPhone && !has(COUNTRY)) || !isOnly(...sets) || isIdentifier(words)) return null
  return { kind: isOfPhone ? 'code' : 'country', isWeak: false, phone }
}

function readCountry({ words, has, isOnly, phone }: Facts): RegionHeader | null {
  if (!has(COUNTRY) || !isOnly(COUNTRY, ISO, NOISE, PLACE, OWNER, PHONE_LIKE)) return null
  return { kind: words.some(isPhoneWord) ? 'code' : 'country', isWeak: has(WEAK_COUNTRY), phone }
}

/** True for a word that means a phone: mobile, phone, WhatsApp. */
export function isPhoneWord(word: string): boolean {
  return MOBILE.has(word) || PHONE.has(word) || WHATSAPP.has(word)
}

function isDigit(word: string): boolean {
  return /^\p{N}$/u.test(word)
}

const CC = new Set(['cc'])
/** Only used of telephones. */
const DIALLED = new Set(['vorwahl', 'vorw', 'vorwahlnummer', 'netnummer'])
/** Alone it may be the `Mr` before a name. */
const PREFIX = new Set(['prefix', 'prefixo'])
/** Alone they may be a part of a town, a school class or a field: the phones next to them must need them. */
const PLAIN_AREA = new Set(['area', 'standard', 'wilayah', 'alan', 'города', 'क्षेत्र'])
/** `Land` is a country in German and a plot in English. */
const WEAK_COUNTRY = new Set(['land', 'lander', 'kraj', 'staat'])
const PLACE_OF_PHONE = list(
  'alternate other secondary home work office business primary billing shipping delivery mailing',
)

/** `Contact Code`, `Number Code`, `Call Code`: an id in another system. */
function isIdentifier(words: readonly string[]): boolean {
  return !words.some(
    (word) =>
      MOBILE.has(word) || PHONE.has(word) || WHATSAPP.has(word) || COUNTRY.has(word) || TRULY_DIAL.has(word),
  )
}
const TRULY_DIAL = list('dial dialing dialling calling isd international intl prefix')
