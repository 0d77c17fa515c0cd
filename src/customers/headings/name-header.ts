import { EITHER, isSomebodyElse, NOISE, OWNER } from '../../phone-words.ts'

const list = (words: string): ReadonlySet<string> => new Set(words.split(/\s+/u))

/** Words for a name in headings. */
const NAME = list(
  'name names nm naam nam nama nom nombre nome nombres navn namn naam imie nev navn ad नाम नाव اسم имя фио isim 姓名 이름 氏名',
)
/** The person of a list's rows, beside the owners of phones. */
const LISTED = list(
  `employee pupil beneficiary loanee hirer policy card account holder cardholder policyholder insuree allottee awardee lessee
  trainee applicants schuler schuler patienten mieter eleve alumno alumna paciente aluno siswa pasien anggota karyawan grahak chhatra
  छात्र मरीज किसान सदस्य الطالب المريض العميل الزبون الموظف`,
)
/** Alone they may be a yes or no, or a stage of a sale. */
const NEVER_ALONE = list(
  'contact self user lead prospect member party person account policy card holder client customer',
)

/**
 * How a heading names the person of a list's rows: `named` for `Student Name` and `Name of Applicant`, `alone`
 * for `Patient`, whose cells must decide. Null for anything else: words for a guarantor or an agent never do.
 */
export function classifyListedName(words: readonly string[]): 'named' | 'alone' | null {
  if (words.join(' ') === 'contact person') return 'named'
  const telling = words.filter((word) => !NOISE.has(word) || LISTED.has(word))
  const isPerson = (word: string): boolean => OWNER.has(word) || EITHER.has(word) || LISTED.has(word)
  const isKnown = telling.every((word) => NAME.has(word) || isPerson(word))
  if (!isKnown || isSomebodyElse(words.filter((word) => !EITHER.has(word)))) return null
  const [only = ''] = telling
  if (telling.length > 1) return telling.some((word) => NAME.has(word)) ? 'named' : null
  return isPerson(only) && !NEVER_ALONE.has(only) ? 'alone' : null
}
