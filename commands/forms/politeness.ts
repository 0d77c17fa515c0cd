const ADDRESSED = '(?:there|team|all|everyone|everybody|bot|sir|madam|mam|maam|bhai|ji|guys|friends|dear)'
/** A greeting before a question: `hi team, …`, `good morning, …`. */
const GREETING = new RegExp(
  `^(?:(?:hi+|hello|hey|dear|namaste|namaskar|good (?:morning|afternoon|evening|day))(?: ${ADDRESSED})*[ ,.!-]+)+(?=\\S)`,
  'i',
)
/** `sir, please …`; without a request behind it, the word can be a name. */
const ADDRESS = new RegExp(
  `^(?:${ADDRESSED}[ ,]+)+(?=(?:please|pls|plz|kindly|can|could|will|would)\\b)`,
  'i',
)
const POLITE =
  /^(?:(?:(?:can|could|would|will) (?:you|u|we|i)|please|pls|plz|kindly|i (?:want|need|wish|would like|wanted) to|i wanna|let me)[ ,]+)+/i
const THANKS =
  /(?:[ ,]+(?:please|pls|plz|thanks|thank you|thankyou|sir|madam|asap|urgent|urgently|immediately))+[.!]*$/i

/** Maximum of letters for polite words at the end. */
const MAX_END = 80

/** `can you show 42` is `show 42`, and so is `hello sir, pls show 42 asap`. */
export function withoutPoliteness(text: string): string {
  const question = text.replace(GREETING, '').replace(ADDRESS, '').replace(POLITE, '')
  // The pattern takes quadratic time, and forty thousand letters can be typed.
  const end = Math.max(0, question.length - MAX_END)
  return question.slice(0, end) + question.slice(end).replace(THANKS, '')
}
