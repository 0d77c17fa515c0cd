/** `A***a`, `****1234`, `XXXX1234`, `12XXXX89`, `●●●●89`: what systems show in place of a secret. */
const MASKED = /[\p{L}\p{Nd}][*•●×]{2,}|[*•●×]{2,}[\p{L}\p{Nd}]|\d[xX]{3,}|\b[xX]{3,}[-\s]?\d/u
/** `J?rgen`: a program wrote a question mark for a letter that its encoding does not have. */
const LOST = /\p{L}\?{1,2}\p{Ll}|^\?{1,2}\p{Ll}{2}/u
/** In an address of the web a question mark begins the parameters. */
const WEB = /[/=]|\bwww\./iu

/** Most texts have none of these. */
const SUSPECT = /[*•●×?]|[xX]{3}/

/** True if characters of a text may be hidden or lost. */
export function mayHideLetters(text: string): boolean {
  return SUSPECT.test(text)
}

/** True if a text has stars or crosses in place of some of its characters. */
export function isMasked(text: string): boolean {
  return MASKED.test(text)
}

/** True if a text has a question mark in place of a letter. */
export function lostALetter(text: string): boolean {
  return LOST.test(text) && !WEB.test(text)
}
