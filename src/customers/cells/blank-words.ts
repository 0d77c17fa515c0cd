/** Words that programs write for a missing value, in every column of a file. Lower case; `\N` is MySQL's. */
const PROGRAM_WORDS =
  '()|[]|{}|<>|-none-|--none--|-select-|--select--|- select -|null|(null)|[null]|<null>|{null}|"null"|\\n|nan|(nan)|<nan>|nat|<nat>|na|<na>|(na)|[na]|n/a|(n/a)|[n/a]|n.a.|n.a|n / a|n\\a|n-a|#n/a|#na|pd.na|none|(none)|[none]|<none>|nonetype|nil|(nil)|<nil>|[nil]|nill|undefined|[undefined]|(undefined)|dbnull|system.dbnull|(blank)|[blank]|<blank>|(empty)|[empty]|<empty>|(missing)|<missing>|(not set)|(not provided)|(unknown)|<unknown>|not available|(not available)|not applicable'
/** Words that people write for it, which are never a value in a catalogue field. */
const PEOPLE_WORDS = [
  'unknown|nothing|[object object]|unspecified|not specified|not provided|not given|not known|not mentioned|not found|not entered|not set|not recorded|not disclosed|not avail|not applicable|nil.|xx|xxx|xxxx|xxxxx|xxxxxx|xxxxxxx|xxxxxxxx|xxxxxxxxx|xxxxxxxxxx|no data|no value|no info|no information|no details|no record|empty|blank|tbd|tba|tbc|to be determined|to be updated|to be confirmed|n.d.|n/d',
  'k.a.|k. a.|k.a|keine|keine angabe|keine angaben|ohne angabe|unbekannt|nicht bekannt|nicht verfügbar|nicht vorhanden|nicht angegeben|nicht zutreffend|(leer)|entfällt|n.v.|n. v.|#nv',
  's/o|sans objet|inconnu|inconnue|non renseigné|non renseignée|non disponible|non communiqué|non précisé|non applicable|non connu|néant|aucun|aucune|(vide)|n/c|n.c.',
  's/d|s/n|sin datos|sin dato|sin información|sin informacion|ninguno|ninguna|desconocido|desconocida|no disponible|no aplica|no especificado|no informado|no consta|(en blanco)|en blanco|(vacío)|vacío|nulo|no tiene',
  's/nº|não informado|nao informado|não disponível|nao disponivel|não se aplica|não aplicável|desconhecido|desconhecida|sem informação|sem informacao|nenhum|nenhuma|(vazio)|vazio|não consta|nao consta|n/i|não possui|nao possui',
  'non disponibile|sconosciuto|sconosciuta|nessuno|nessuna|(vuoto)|vuoto|non specificato|non applicabile|non presente|non pervenuto',
  'onbekend|geen|niet bekend|n.v.t.|n.v.t|nvt|niet van toepassing|(leeg)|niet beschikbaar|niet ingevuld|n.b.',
  'brak|brak danych|nieznany|nieznana|nieznane|nie dotyczy|nie podano|(puste)|b/d|neuvedeno|neznámý|neznámá|neznámé|(prázdné)|neuvedené|neznámy',
  'okänd|okänt|saknas|uppgift saknas|ingen uppgift|ej angivet|ukjent|ikke oppgitt|ukendt|ikke angivet|ikke oplyst|(tom)|(tomt)|ei tietoa|tuntematon|puuttuu|(tyhjä)',
  'yok|bilinmiyor|(boş)|belirtilmemiş|girilmemiş|nincs|nincs adat|nincs megadva|ismeretlen|(üres)|necunoscut|necunoscută|nespecificat|nedisponibil|nu există|nepoznato|neznano|nema podataka|непознато|няма|неизвестен|(празно)|nežinoma|nav zināms|puudub|teadmata',
  'нет данных|неизвестно|не указано|не указан|не указана|не задано|отсутствует|н/д|н.д.|(пусто)|пусто|нет информации|немає|немає даних|невідомо|не вказано|άγνωστο|μη διαθέσιμο|(κενό)',
  'उपलब्ध नहीं|लागू नहीं|अज्ञात|कोई नहीं|ज्ञात नहीं|नहीं है|उपलब्ध नाही|माहिती नाही|প্রযোজ্য নয়|অজানা|ઉપલબ્ધ નથી|கிடைக்கவில்லை|అందుబాటులో లేదు|ಲಭ್ಯವಿಲ್ಲ|ലഭ്യമല്ല|ਉਪਲਬਧ ਨਹੀਂ',
  '无|無|未知|不详|不詳|暂无|暫無|没有|沒有|未填写|未填寫|未提供|不适用|不適用|空白|(空白)|（空白）|なし|無し|不明|未入力|未登録|該当なし|없음|미상|알 수 없음|해당없음|해당 없음|미입력|모름',
  'لا يوجد|غير متوفر|غير معروف|غير محدد|(فارغ)|فارغ|ندارد|نامشخص|نامعلوم|دستیاب نہیں|אין|לא ידוע|לא זמין|(ריק)|ไม่มี|ไม่ทราบ|ไม่ระบุ|không có|không rõ|chưa có|chưa cập nhật|tidak ada|tidak diketahui|tidak tersedia|belum ada|(kosong)|tiada|hakuna|haijulikani',
].join('|')
/** Only in a name or e-mail column: what forms store for people who did not identify themselves. */
const NOBODY_WORDS =
  'anonymous|(anonymous)|anonym|anonyme|anonimo|anónimo|anônimo|anoniem|anonimowy|аноним|анонимно|匿名|익명|no name|(no name)|noname|unnamed|(unnamed)|no email|noemail|no-email|no e-mail|no mail|nomail|not signed in|guest'
/** "No" for a yes/no question, but no value for an amount or a date. */
const NOT_TEXT_WORDS = 'нет'

/** Only dashes, dots, stars and the like. */
const SIGNS = /^[-–—―−.*_?~·…=/\\|:;,!•●]+$/u
/** A star or a question mark may be an answer in an unknown column. */
const MARKS = /[*?!~]/u
/** These are names too, if spelled so. Programs write `NA`, `nan` and `NaN`. */
const NAMES = new Set(['Na', 'Nan', 'Nat', 'Blank', 'Guest', 'Brak', 'Geen', 'Keine'])
/** Words that a program joined to a name: `Asha null`, `nan Rao`. In the spelling of programs. */
const GLUED = new Set(
  'null NULL Null (null) nan NaN None NONE none undefined <NA> <null> \\N N/A n/a #N/A . - – — .. --'.split(
    ' ',
  ),
)

const split = (words: string): readonly string[] => words.split('|')

/** A set of blank words, filtered by first letter and length before any comparison. */
class WordSet {
  readonly #words: ReadonlySet<string>
  readonly #lengths = new Map<number, number>()
  readonly #ascii = new Int32Array(128)

  constructor(words: readonly string[]) {
    const folded = words.map(fold).filter((word) => word !== '')
    this.#words = new Set(folded)
    for (const word of folded) {
      for (const first of [word, word.toUpperCase()]) {
        const code = first.charCodeAt(0)
        const mask = (this.#lengths.get(code) ?? 0) | lengthBit(word.length)
        this.#lengths.set(code, mask)
        if (code < 128) this.#ascii[code] = mask
      }
    }
  }

  has(text: string): boolean {
    const code = text.charCodeAt(0)
    const mask = code < 128 ? (this.#ascii[code] ?? 0) : (this.#lengths.get(code) ?? 0)
    return (mask & lengthBit(text.length)) !== 0 && this.#words.has(text.toLowerCase())
  }
}

/** All lengths from 31 on share a bit. */
function lengthBit(length: number): number {
  return 1 << Math.min(length, 31)
}

function fold(text: string): string {
  return text.normalize('NFC').toLowerCase().trim()
}

function isSigns(text: string): boolean {
  const code = text.charCodeAt(0)
  const isWord =
    (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
  return !isWord && text.length < 16 && SIGNS.test(text)
}

const TYPED = new WordSet([
  ...split(PROGRAM_WORDS),
  ...split(PEOPLE_WORDS),
  ...split(NOBODY_WORDS),
  ...split(NOT_TEXT_WORDS),
])

/** True if a cleaned cell means "no value" in a column of amounts, dates, e-mail addresses or phones. */
export function isPlaceholder(text: string): boolean {
  return isSigns(text) || TYPED.has(text)
}

/**
 * - `name`: a person's name; `Na` is a name and `anonymous` is none.
 * - `field`: any other text field of the catalogue.
 * - `attribute`: an unknown column, in which "unknown" may be an answer.
 */
export type TextKind = 'name' | 'field' | 'attribute'

/** A team's words for a blank cell. */
export interface BlankWords {
  /** True if a cleaned text is a blank word. */
  has(text: string, kind: TextKind): boolean
  /** The same test for one kind of text, for columns with millions of cells. */
  testOf(kind: TextKind): (text: string) => boolean
  /** True if the team defined the word: such a cell is blank in every column. */
  isOwn(text: string): boolean
  /** False if no cell can be one of the team's own words. */
  readonly hasOwn: boolean
  /** A name without the words that a program joined to it for a missing part. */
  withoutGlued(name: string): string
}

/** @param own the team's words; a leading `!` marks words that are values */
export function createBlankWords(own: readonly string[] = []): BlankWords {
  const kept = new Set(own.filter((word) => word.startsWith('!')).map((word) => fold(word.slice(1))))
  const added = own.filter((word) => !word.startsWith('!'))
  const make = (words: readonly string[]) => new WordSet(words.filter((word) => !kept.has(fold(word))))
  const ownSet = make(added)
  const program = split(PROGRAM_WORDS)
  const people = split(PEOPLE_WORDS)
  const sets: Readonly<Record<TextKind, WordSet>> = {
    attribute: make([...program, ...added]),
    field: make([...program, ...people, ...added]),
    name: make([...program, ...people, ...split(NOBODY_WORDS), ...added]),
  }
  const testOf = (kind: TextKind) => {
    const set = sets[kind]
    return (text: string): boolean => {
      if (isSigns(text)) return !kept.has(text) && !(kind === 'attribute' && MARKS.test(text))
      return set.has(text) && !(kind === 'name' && NAMES.has(text))
    }
  }
  const tests = { attribute: testOf('attribute'), field: testOf('field'), name: testOf('name') }
  return {
    hasOwn: added.length > 0,
    isOwn: (text) => ownSet.has(text),
    has: (text, kind) => tests[kind](text),
    testOf: (kind) => tests[kind],
    withoutGlued: (name) => (mayBeGlued(name) ? removeGlued(name, kept) : name),
  }
}

export const DEFAULT_BLANK_WORDS: BlankWords = createBlankWords()

/** True if one of several words may be a program's; most are ruled out by first letter and length. */
function mayBeGlued(name: string): boolean {
  let start = 0
  let isFound = false
  for (let at = 0; at <= name.length; at += 1) {
    if (at < name.length && name.charCodeAt(at) !== 0x20) continue
    isFound ||= looksGlued(name.charCodeAt(start), at - start) && isGluedWord(name.slice(start, at))
    start = at + 1
  }
  return isFound && name.includes(' ')
}

function looksGlued(first: number, length: number): boolean {
  const letter = first | 0x20
  if (letter === 0x6e) return length <= 4
  if (letter === 0x75) return length === 9
  // < ( # \ . - – —
  return (
    (first < 0x30 && length <= 6) ||
    (first === 0x3c && length <= 6) ||
    first === 0x5c ||
    first === 0x2013 ||
    first === 0x2014
  )
}

const isGluedWord = (word: string): boolean => word === 'NA' || GLUED.has(word)

function removeGlued(name: string, kept: ReadonlySet<string>): string {
  const words = name.split(' ')
  const isGlued = (word: string, at: number): boolean => {
    if (!GLUED.has(word) || kept.has(fold(word))) return false
    // Between two words a dash or a dot is punctuation.
    return !SIGNS.test(word) || at === 0 || at === words.length - 1
  }
  const isUpper = name === name.toUpperCase()
  return words
    .filter((word, at) => !isGlued(word, at) && !(word === 'NA' && at > 0 && !isUpper && !kept.has('na')))
    .join(' ')
}
