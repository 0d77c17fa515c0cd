const POLITE =
  /^(?:(?:(?:can|could|would|will) (?:you|u|we|i)|please|pls|plz|kindly|i (?:want|need|wish|would like|wanted) to|i wanna|let me)[ ,]+)+/i

/** `can you show 42` is `show 42`. */
export function withoutPoliteness(text: string): string {
  return text.replace(POLITE, '').replace(/[ ,]+(?:please|pls|plz|thanks|thank you)[.!]*$/i, '')
}
