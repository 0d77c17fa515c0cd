const NUMBER = /^(?:(?:upload|file)?[ .]*(?:no|nr|number|id)?[.:]?)[ #]*(\d{1,9})$/i
const LAST = /^(?:the )?(?:last|latest|newest|most recent)(?: (?:one|upload|uploaded|file|list|sheet)){0,2}$/i

/** The upload in a text: `42`, `#42`, `no. 42`, `last`, `the latest one`. Undefined for other texts. */
export function parseUploadReference(text: string): number | 'last' | undefined {
  const trimmed = text.trim().replace(/[.?!]$/, '')
  // As in receipts: 1,042 or 1,00,042.
  const plain = /^#?\d{1,3}(?:,\d{2,3})+$/.test(trimmed) ? trimmed.replaceAll(',', '') : trimmed
  const number = NUMBER.exec(plain)?.[1]
  if (number !== undefined) return Number(number)
  return LAST.test(plain) ? 'last' : undefined
}

/** `day-1.csv`: a name with an extension is no person. */
export const isFileName = (text: string): boolean => /^[^\s].*\.(?:csv|tsv|txt|xlsx|xlsm|zip)$/i.test(text)

/** `file 2`, `my last upload`, `day-1.csv`. */
export const isUpload = (text: string): boolean =>
  isFileName(text) || parseUploadReference(text.replace(/^(?:my|the) /i, '')) !== undefined
