/**
 * Columns of one address among several: `Mailing City` and `Other City`, `Business Street`, `Address 2 -
 * City`, `CUST_PERM_ADDR1`, Xero's `POCity` and `SACity`. The first words identify the address, the rest its
 * part.
 */
export interface AddressWords {
  /** Empty if the header names no particular address. */
  readonly which: string
  readonly words: readonly string[]
}

const WHICH = new Set(
  'home house residence residential res resi permanent perm present current communication comu comm correspondence mailing postal registered primary work business office off company billing bill shipping delivery other temporary temp alternate secondary kyc po sa'.split(
    ' ',
  ),
)
/** `MAILINGCITY`, as Salesforce's Data Loader writes its fields. */
const GLUED = /^(mailing|billing|shipping|other|home|business|primary)(.+)$/u
const OWNER = new Set('customer client borrower applicant contact lead debtor member person'.split(' '))

export function splitAddressHeader(words: readonly string[]): AddressWords {
  const bare = words.length > 1 && OWNER.has(words[0] ?? '') ? words.slice(1) : words
  const [first = '', second = ''] = bare
  if (first === 'address' && /^\d$/u.test(second) && bare.length > 2) {
    return { which: `address ${second}`, words: bare.slice(2) }
  }
  // Shopify: `Default Address City`.
  if (first === 'default' && second === 'address' && bare.length > 2) {
    return { which: 'default address', words: bare.slice(2) }
  }
  if (bare.length > 1 && WHICH.has(first)) return { which: first, words: bare.slice(1) }
  const glued = bare.length === 1 ? GLUED.exec(first) : null
  if (glued) return { which: glued[1] ?? '', words: [glued[2] ?? ''] }
  return { which: '', words: bare }
}
