/**
 * Which columns hold the customer's own phone, told by the words of the header: exporters name a dozen of them
 * (`Business Phone 2`, `Phone 1 - Value`, `Mobile Phone Number`), and some belong to somebody else.
 */
export type PhoneHeader =
  /** A phone of the customer; the lower the rank, the sooner it is asked. */
  | { readonly kind: 'phone'; readonly rank: number }
  /** May be a phone or something else (`Contact`, `Number`): the cells decide. */
  | { readonly kind: 'maybe'; readonly rank: number }
  /** No phone to call the customer on: a fax, a guarantor's number, the type of a phone. */
  | { readonly kind: 'other' }

const list = (words: string): ReadonlySet<string> => new Set(words.split(' '))

const MOBILE = list(
  'mobile cell cellphone cellular handset gsm msisdn handy handynumber mobilnumber mobilnummer mobiltelefon mobil movil celular cellulare telemovel portable mobiel mobielnummer komorka komorkowy mobilni cep мобильный сотовый मोबाइल cellulari mobilephone handynummer 手机 手机号 手机号码 手機 携帯電話 携帯番号 携帯 휴대폰 휴대전화 الجوال الموبايل جوال موبايل נייד موبایل همراه موبائل মোবাইল கைபேசி மொபைல் మొబైల్ ಮೊಬೈಲ್ മൊബൈൽ મોબાઇલ ਮੋਬਾਈਲ มือถือ hp mobiltelefon matkapuhelin κινητο мобільний mobitel',
)
const WHATSAPP = list('whatsapp wa व्हाट्सएप')
const PHONE = list(
  'phone telephone telefon telefono telefone telefoon telefoonnummer telefonnummer telefonu telefonni rufnummer fernsprecher puhelin landline телефон телефона फ़ोन दूरभाष phonenumber telefonnumber telefoonnumber 电话 电话号码 電話 電話號碼 電話番号 전화번호 الهاتف هاتف טלפון تلفن فون ফোন தொலைபேசி ఫోన్ ಫೋನ್ ഫോൺ ફોન ਫ਼ੋਨ โทรศัพท์ เบอร์โทร เบอร์โทรศัพท์ telepon telefonszam puhelinnumero τηλεφωνο телефону simu',
)
const WEAK = list('contact call calling called number dial to caller संपर्क kontakt')
const HOME = list(
  'home residence residential res landline house prive privat domicile casa personal fixed standard ghar घर',
)
const WORK = list(
  'work office business company main organization department off direct corporate bureau travail trabajo lavoro buero firma account car radio',
)
const OTHER = list(
  'other alternate secondary second additional another third optional वैकल्पिक autre otro altro',
)
const BEST = list('primary preferred registered default प्राथमिक')
const NOISE = list('number value the your de di et of and or with isd std digit numara numarasi cislo सं')
const OWNER = list(
  'customer client borrower applicant contact lead debtor member prospect party subscriber consumer user person self ग्राहक का kunde kunden cliente comu communication',
)
/** Somebody or something else, reached by the number. */
const NOT_THE_CUSTOMER = list(
  'fax pager telex isdn tty tdd callback guarantor reference ref referral coapplicant coborrower nominee spouse husband wife father mother parent guardian brother sister son daughter relative emergency agent executive manager rm branch assistant asst employer dealer dsa kin supervisor owner staff collector telecaller witness',
)

const RANK = { mobile: 10, whatsapp: 14, phone: 20, home: 30, work: 40, other: 60, weak: 70 } as const
const BETTER_BY = 12
/** Phone 2 comes after Phone, still before the next kind. */
const LAST_NUMBER = 3

/** @returns null where the header has nothing to do with phones */
export function classifyPhoneHeader(words: readonly string[]): PhoneHeader | null {
  const isPhone = words.some((word) => MOBILE.has(word) || PHONE.has(word) || WHATSAPP.has(word))
  const isWeak = words.some((word) => WEAK.has(word))
  if (words.some((word) => NOT_THE_CUSTOMER.has(word)) || /co(?:applicant|borrower)/u.test(words.join(''))) {
    return isPhone || isWeak ? { kind: 'other' } : null
  }
  if (!isPhone && !isWeak) return null
  if (!words.every((word) => isKnown(word, isPhone ? KNOWN : KNOWN_ALONE))) {
    return isPhone ? { kind: 'other' } : null
  }
  const rank = rankOf(words)
  const isContactNumber =
    !isPhone && words.includes('number') && words.some((word) => ALONE.has(word) || OTHER.has(word))
  return isPhone || isContactNumber ? { kind: 'phone', rank } : { kind: 'maybe', rank }
}

/** With "number" these are phones: `Contact No.`, `Calling number`. "Customer No." is not. */
const ALONE = list('contact call calling called dial caller संपर्क kontakt')

function isKnown(word: string, known: readonly ReadonlySet<string>[]): boolean {
  return /^\p{N}+$/u.test(word) || known.some((words) => words.has(word))
}

const KNOWN = [MOBILE, WHATSAPP, PHONE, WEAK, HOME, WORK, OTHER, BEST, NOISE, OWNER]
/** Without a word for a phone: "Account Number" and "House Number" are something else. */
const KNOWN_ALONE = [WEAK, OTHER, BEST, NOISE, OWNER]

function rankOf(words: readonly string[]): number {
  const has = (some: ReadonlySet<string>): boolean => words.some((word) => some.has(word))
  const digits = Number(words.find((word) => /^[0-9]$/u.test(word)) ?? 1)
  const later = Math.min(Math.max(digits - 1, 0), LAST_NUMBER)
  return kindRank(has) + later - (has(BEST) ? BETTER_BY : 0)
}

function kindRank(has: (some: ReadonlySet<string>) => boolean): number {
  if (has(OTHER)) return RANK.other
  if (has(WORK)) return RANK.work + (has(MOBILE) ? -1 : 0)
  if (has(MOBILE)) return RANK.mobile
  if (has(WHATSAPP)) return RANK.whatsapp
  if (has(HOME)) return RANK.home
  return has(PHONE) ? RANK.phone : RANK.weak
}
