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
 * True if a heading names the person of a list's rows: `Student Name`, `Name of Applicant`, `Patient`. Words
 * for a guarantor or an agent never do.
 */
export function namesListed(words: readonly string[]): boolean {
  const telling = words.filter((word) => !NOISE.has(word) || LISTED.has(word))
  const isPerson = (word: string): boolean => OWNER.has(word) || EITHER.has(word) || LISTED.has(word)
  if (words.join(' ') === 'contact person') return true
  if (
    isSomebodyElse(words.filter((word) => !EITHER.has(word))) ||
    !telling.every((word) => NAME.has(word) || isPerson(word))
  )
    return false
  const [only = ''] = telling
  return telling.length > 1
    ? telling.some((word) => NAME.has(word))
    : isPerson(only) && !NEVER_ALONE.has(only)
}
