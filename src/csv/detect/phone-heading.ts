import { isWord } from './cell-likeness.ts'

/** Headings of phones in the languages lists come in; the catalogue of fields is not known here. */
const PHONE_HEADING =
  /phone|mobile|\bmob\b|\btel|contact|cell|whats|handy|telefon|celular|m[oó]vil|fono|\bhp\b|मोबाइल|फ़?ोन/iu

export const isPhoneHeading = (cell: string): boolean => isWord(cell) && PHONE_HEADING.test(cell)
