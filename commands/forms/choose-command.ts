import { parsePhoneQuery } from '../../src/customers/phones/index.ts'
import { readCountQuestion } from './count-question.ts'
import type { CustomerOptions } from './customer-request.ts'
import { withoutPoliteness } from './politeness.ts'
import { parseRecent } from './recent-request.ts'
import { parseUploadReference } from './upload-reference.ts'
import type { UploadsOptions } from './uploads-kinds.ts'
import { parseUploadsRequest } from './uploads-request.ts'

/** The command for a text without a slash. */
interface AnyRequest {
  readonly command: '/customer' | '/uploads' | 'help'
  /** The text after the command. */
  readonly text: string
  /** Tried if the first finds nothing: `show kushal` names a file or a person. */
  readonly otherwise?: { readonly command: '/customer'; readonly text: string }
  /** The person or the file of a list; if there is neither, it is a customer. */
  readonly name?: string
  /** The text was read as the end of a phone before it was read as an upload number. */
  readonly isEnding?: true
}

type Options = CustomerOptions & UploadsOptions

const GREETING =
  /^(?:help|hi|hello|hey|hii+|hola|namaste|namaskar|good (?:morning|afternoon|evening|day)|(?:many |big )?thanks?(?: you)?(?: (?:so|very) much| a lot)?|thankyou|thx|ty|ok(?:ay)?|what can you do|what do you do|how (?:do|does|to|can|should)\b.*|(?:i )?need (?:some )?help.*|help me.*|\?|)(?: (?:there|bot|team|all|everyone))?[!. ?]*$/i

/**
 * Chooses the command for a mention or a direct message. Words of `/uploads` and days concern files;
 * everything else is a customer to look up.
 */
export function chooseCommand(typed: string, options: Options): AnyRequest {
  const whole = typed.trim().replace(/[^\S\n]+/g, ' ')
  if (GREETING.test(whole)) return { command: 'help', text: '' }
  const text = withoutPoliteness(whole)
  if (GREETING.test(text)) return { command: 'help', text: '' }
  const [, command, behind = ''] = /^\/(customer|uploads)\b ?(.*)$/is.exec(text) ?? []
  if (command !== undefined)
    return { command: command === 'customer' ? '/customer' : '/uploads', text: behind }
  // The last digits of a phone are likelier than such a high upload number.
  if (/^\d{4,9}$/.test(text)) return { command: '/customer', text, isEnding: true }
  // `@example.com` is the domain of an address; a person is `@ravi`.
  if (/^@[\w-]+(?:\.[\w-]+)+$/.test(text)) return { command: '/customer', text }
  const request = parseUploadsRequest(text, options)
  if (request.kind === 'unknown' && isNamed(request.nearest)) return { command: '/uploads', text }
  if (isListOfPeople(text, options)) return { command: '/customer', text }
  if (request.kind === 'word' && request.word === 'show') return chooseShown(text, request.text, options)
  const name =
    request.kind === 'word' && request.word === 'recent' ? nameIn(request.text, options) : undefined
  if (name !== undefined) return { command: '/uploads', text, name }
  if (request.kind === 'unknown' && /^(?:files?|uploads?|pending|waiting)\b/i.test(text))
    return { command: '/uploads', text }
  // `count` and `total` are no names; `compare` with two names compares no files.
  if (request.kind === 'word' || request.kind === 'who') return { command: '/uploads', text }
  return { command: '/customer', text }
}

/** `list of pune customers` */
function isListOfPeople(text: string, options: Options): boolean {
  const isList = /^(?:the )?list\b.*\b(?:customers?|clients?|borrowers?)\b/i.test(text)
  return isList && readCountQuestion(text, options) === undefined
}

/** `kushal on monday`: a person's files, or a customer on that day. */
function nameIn(text: string, options: Options): string | undefined {
  const asked = parseRecent(text, options)
  if (asked.kind !== 'list' || /(?:^|\s)(?:by|from)\s|@/i.test(text)) return undefined
  return asked.names?.[0]
}

/** Forms that are only named, and not done: `delete file 2` names the undo. */
const isNamed = (nearest = ''): boolean => isUndo(nearest) || /^(?:compare last|export)$/.test(nearest)

const isUndo = (nearest: string): boolean =>
  /^undo /.test(nearest) && parseUploadReference(nearest.replace(/^undo (?:my |the )?/i, '')) !== undefined

/** `show 42` is an upload, `show 07417119014` a customer, `show day-1` a file or else a person. */
function chooseShown(text: string, shown: string, { defaultRegion }: Options): AnyRequest {
  const reference = parseUploadReference(shown)
  const isPhone = parsePhoneQuery(shown, defaultRegion).kind === 'phone' && !/#/.test(shown)
  if (shown.includes('@') || (isPhone && shown.replace(/\D/g, '').length > 6))
    return { command: '/customer', text: shown }
  if (shown === '' || reference !== undefined) return { command: '/uploads', text }
  // `the pune list` is a file, and its first word is nobody's city.
  if (/\b(?:files?|lists?|sheets?|uploads?|rows?|lines?|errors?|duplicates?)\b/i.test(text))
    return { command: '/uploads', text }
  return { command: '/uploads', text, otherwise: { command: '/customer', text: shown } }
}
