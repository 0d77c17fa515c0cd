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

/** `can you show 42` is `show 42`, and so is `hello sir, pls show 42 asap`. */
export function withoutPoliteness(text: string): string {
  return text.replace(GREETING, '').replace(ADDRESS, '').replace(POLITE, '').replace(THANKS, '')
}
