import { isPlaceholder } from './blank-words.ts'
import { BLANK, BROKEN_FORMULA, type CellReading, problem, value } from './cell-reading.ts'
import { cleanText, spreadsheetError } from './clean-text.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '))

/** "Yes" in many languages, and TRUE as spreadsheets in these languages write it. */
const YES = words(
  'yes y true t 1 1.0 1,0 on x ✓ ✔ ☑ ✅ ja j oui o si sí s sim tak ano áno da да так evet हाँ हां जी हो haan haa hanji yeah yep হ্যাঁ ஆம் అవును ಹೌದು હા ہاں ναι igen kyllä jah jā taip 是 对 はい 예 네 نعم بله כן ใช่ có ya wahr vrai verdadero vero verdadeiro waar истина prawda pravda sant sann sand tosi igaz doğru adevărat αληθεσ αληθής',
)
const NO = words(
  'no n false f 0 0.0 0,0 off ✗ ✘ ☐ ❌ nein non não nao nie ne nej nei nee nu не нет ні hayır hayir नहीं ना नाही nahi nahin nope না இல்லை కాదు ಇಲ್ಲ ના نہیں όχι nem ei ē 否 いいえ 아니요 아니오 لا نه خیر לא ไม่ không tidak falsch faux falso onwaar ложь fałsz nepravda falskt falsk usann epätosi hamis yanlış yanliş fals ψευδεσ ψευδής',
)
const INVALID = problem('yes_no_invalid', 'is neither yes nor no')

/** Reads yes or no as people and programs write it. */
export function readYesNo(cell: string): CellReading<boolean> {
  const text = cleanText(cell).toLowerCase()
  if (text === '') return BLANK
  if (YES.has(text)) return value(true)
  if (NO.has(text)) return value(false)
  if (isPlaceholder(text)) return BLANK
  const error = spreadsheetError(text)
  if (error) return error === 'broken' ? BROKEN_FORMULA : BLANK
  return INVALID
}
