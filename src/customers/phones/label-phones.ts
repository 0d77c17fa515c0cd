import { isOnlyFax, isSomebodyElse } from '../../phone-words.ts'
import { rankPhoneLabel, UNLABELLED } from '../headings/index.ts'

/** One number of a cell with its label: `Self: 98…, Brother: 91…`, `R-98…`, `98… (own)`. */
export interface LabelledPiece {
  readonly text: string
  /** Ranked like headings: the person's own first. */
  readonly rank: number
  /** The number is a brother's, a guarantor's, an agent's. */
  readonly isSomebodyElses: boolean
}

const LETTER = /[\p{L}\p{M}]/u
const PARTS = /^([^\d+]*)([+\d].*\d|\d)([^\d]*)$/su
const WORDS = /[\p{L}\p{M}]+/gu
const LATIN_ACCENTS = /(?<=[a-z])[\u0300-\u036f]+/gu
const LAST_LABEL = 69

/** Reads the labels of a cell's numbers. After `Brother:` numbers without a label are the brother's too. */
export function labelPieces(pieces: readonly string[]): readonly LabelledPiece[] {
  let isBehindSomebodyElse = false
  return pieces.map((text) => {
    if (!LETTER.test(text)) return { text, rank: UNLABELLED, isSomebodyElses: isBehindSomebodyElse }
    const [, head = '', number = '', tail = ''] = PARTS.exec(text) ?? []
    const words = [...wordsOf(head), ...wordsOf(tail)]
    if (number === '' || LETTER.test(number) || words.length === 0) return unlabelled(text)
    const isSomebodyElses = isSomebodyElse(words)
    const rank = rankPhoneLabel(words)
    if (!isSomebodyElses && rank === null) return unlabelled(text)
    const label = { rank: rank === null || rank > LAST_LABEL ? UNLABELLED : rank, isSomebodyElses }
    isBehindSomebodyElse = isSomebodyElses && !isOnlyFax(words) && LETTER.test(head)
    return { text: number, ...label }
  })
}

function unlabelled(text: string): LabelledPiece {
  return { text, rank: UNLABELLED, isSomebodyElses: false }
}

function wordsOf(text: string): readonly string[] {
  const plain = text.toLowerCase().normalize('NFD').replace(LATIN_ACCENTS, '').normalize('NFC')
  return plain.match(WORDS) ?? []
}
