/** A language by the non-ASCII letters of its names, in lower case. */
interface Language {
  readonly letters: string
  /** Cost in nats of assuming it outside its regions: how rare such lists are. */
  readonly rarity: number
}

const language = (letters: string, rarity: number): Language => ({ letters, rarity })

/** Languages by ISO 639 code, if 8-bit encodings have their letters. */
export const LANGUAGES = {
  de: language('äöüß', 0.5),
  fr: language('éèêëàâçîïôùûœæÿü', 0.5),
  es: language('áéíóúñüç', 0.5),
  pt: language('ãáâàçéêíóôõúü', 0.5),
  it: language('àèéìòù', 1),
  nl: language('éëïöüè', 1.5),
  sv: language('åäöéü', 1.5),
  da: language('æøåéöä', 1.5),
  pl: language('ąćęłńóśźż', 2),
  tr: language('çğıöşüiâ', 2),
  cs: language('áčďéěíňóřšťúůýžľĺŕôä', 2.5),
  hu: language('áéíóöőúüű', 2.5),
  ro: language('ăâîșțşţ', 2.5),
  hr: language('čćđšž', 3),
  et: language('äõöüšž', 5),
  lv: language('āčēģīķļņšūž', 5),
  lt: language('ąčęėįšųūž', 5),
  is: language('áéíóúýðþæö', 6),
  ru: language('абвгдежзийклмнопрстуфхцчшщъыьэюяё', 0.5),
  uk: language('абвгдежзийклмнопрстуфхцчшщьюяіїєґ', 1.5),
  be: language('абвгдежзйклмнопрстуфхцчшыьэюяёіў', 3),
  bg: language('абвгдежзийклмнопрстуфхцчшщъьюя', 1.5),
  sr: language('абвгдђежзијклљмнњопрстћуфхцчџш', 2.5),
  mk: language('абвгдѓежзѕијклљмнњопрстќуфхцчџш', 3),
  el: language('αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ', 1),
  he: language('אבגדהוזחטיכלמנסעפצקרשתךםןףץ', 1),
  ar: language('ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأؤإئ', 1),
  fa: language('ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآئءكي', 2),
  th: language('กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮะัาำิีึืุูเแโใไ็่้๊๋์ๆฯ', 1),
} as const satisfies Record<string, Language>

export type LanguageCode = keyof typeof LANGUAGES

/** Languages and encodings of a region's lists, by ISO 3166 code. */
interface Region {
  readonly languages: readonly LanguageCode[]
  /** iconv-lite names, the likeliest first. */
  readonly encodings: readonly string[]
}

const WESTERN = ['windows-1252', 'cp850', 'macroman']
const CENTRAL = ['windows-1250', 'cp852', 'iso-8859-2']
const CYRILLIC = ['windows-1251', 'koi8-r', 'cp866']
const ARABIC = ['windows-1256', 'iso-8859-6']

const GROUPS: readonly (readonly [string, readonly LanguageCode[], readonly string[]])[] = [
  ['DE AT LI', ['de'], WESTERN],
  ['CH LU', ['de', 'fr', 'it'], WESTERN],
  ['FR MC SN CI CM', ['fr'], WESTERN],
  ['BE', ['fr', 'nl', 'de'], WESTERN],
  ['CA', ['fr'], WESTERN],
  ['NL', ['nl'], WESTERN],
  ['ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY PR', ['es'], WESTERN],
  ['PT BR AO MZ CV', ['pt'], WESTERN],
  ['IT SM', ['it'], WESTERN],
  ['SE FI', ['sv'], WESTERN],
  ['DK NO', ['da'], WESTERN],
  ['IS', ['is'], WESTERN],
  ['PL', ['pl'], CENTRAL],
  ['CZ SK', ['cs'], CENTRAL],
  ['HU', ['hu'], CENTRAL],
  ['RO', ['ro'], CENTRAL],
  ['MD', ['ro', 'ru'], [...CENTRAL, ...CYRILLIC]],
  ['HR SI', ['hr'], CENTRAL],
  ['BA ME RS', ['hr', 'sr'], [...CENTRAL, ...CYRILLIC]],
  ['MK', ['mk'], CYRILLIC],
  ['BG', ['bg'], CYRILLIC],
  ['RU KZ KG TJ UZ TM', ['ru'], CYRILLIC],
  ['BY', ['ru', 'be'], CYRILLIC],
  ['UA', ['uk', 'ru'], [...CYRILLIC, 'koi8-u']],
  ['TR', ['tr'], ['windows-1254', 'cp857']],
  ['EE', ['et'], ['windows-1257', 'windows-1252']],
  ['LV', ['lv'], ['windows-1257']],
  ['LT', ['lt'], ['windows-1257']],
  ['GR CY', ['el'], ['windows-1253', 'iso-8859-7', 'cp737']],
  ['IL', ['he'], ['windows-1255', 'iso-8859-8', 'cp862']],
  ['SA AE EG JO KW QA BH OM IQ LB SY YE LY DZ MA TN SD PS', ['ar'], ARABIC],
  ['IR AF', ['fa', 'ar'], ARABIC],
  ['TH', ['th'], ['windows-874']],
  ['CN SG', [], ['gb18030']],
  ['TW HK MO', [], ['big5']],
  ['JP', [], ['shift_jis', 'euc-jp']],
  ['KR', [], ['euc-kr']],
]

const REGIONS = new Map<string, Region>(
  GROUPS.flatMap(([codes, languages, encodings]) =>
    codes.split(' ').map((code): [string, Region] => [code, { languages, encodings }]),
  ),
)

const ELSEWHERE: Region = { languages: [], encodings: ['windows-1252'] }

/** @param code ISO 3166, such as `IN` */
export function regionOf(code: string | undefined): Region {
  return (code !== undefined && REGIONS.get(code)) || ELSEWHERE
}
