import { mongo } from 'mongoose'
import type { DatabaseRefusal } from '../error-texts/index.ts'
import { AppError, toAppError } from '../errors.ts'

/** Node's and OpenSSL's codes for a connection that cannot be encrypted or trusted. */
const TLS_CODE =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO|ERR_(TLS|SSL|OSSL)_)/
/** Codes for the certificate or key file named in MONGODB_URI. */
const FILE_CODE = /^(ENOENT|EACCES|EISDIR|EPERM|ENOTDIR)$/
/** Errors of parsing the address, before anything is sent. */
const ADDRESS_ERRORS: ReadonlySet<string> = new Set([
  'MongoParseError',
  'MongoInvalidArgumentError',
  'MongoMissingCredentialsError',
  'MongoMissingDependencyError',
  'MongoAPIError',
  'MongoRuntimeError',
])

const MAX_CAUSES = 50
/** Characters that are not allowed in a database name. */
const BAD_NAME = /[/\\. "$*<>:|?]/

/**
 * Checks an address without sending anything.
 * @throws AppError database_refused if it cannot be parsed, or names no database
 */
export function assertUsableUri(uri: string): void {
  try {
    void new mongo.MongoClient(uri).close()
  } catch (error) {
    throw explainConnectFailure(error, uri)
  }
  // The part after the hosts: without a name the driver would silently use the database `test`.
  const name = /^[^:]+:\/\/(?:[^@/]*@)?[^/?]*(?:\/([^?]*))?/.exec(uri)?.[1]
  if (!name) throw refused('database')
  if (BAD_NAME.test(decodeURIComponent(name)))
    throw refused('address', { why: 'a name of a database cannot have this character' })
}

/** Explains why a connection failed: a temporary outage, or something a person must change. */
export function explainConnectFailure(error: unknown, uri: string): AppError {
  if (error instanceof AppError) return error
  const causes = causesOf(error)
  if (causes.some(({ name }) => name === 'MongoCompatibilityError')) return refused('version', {}, error)
  const tls = causes.find(({ code }) => TLS_CODE.test(code))
  if (tls) return refused('certificate', { why: tls.code }, error)
  const [{ name, code, message }] = causes as [Cause]
  if (FILE_CODE.test(code)) return refused('certificate', { why: `${code}: ${pathOf(error)}` }, error)
  if (ADDRESS_ERRORS.has(name)) return refused('address', whyOf(message, uri), error)
  const translated = toAppError(error)
  return translated.code === 'database_refused' ? translated : new AppError('database_unavailable', {}, error)
}

export function refused(
  reason: DatabaseRefusal,
  details: Readonly<Record<string, string>> = {},
  cause?: unknown,
): AppError {
  return new AppError('database_refused', { reason, ...details }, cause)
}

/** The driver's message, unless it repeats a part of the address that may contain a password. */
function whyOf(message: string, uri: string): Record<string, string> {
  const account = /:\/\/(.*)@/.exec(uri)?.[1] ?? ''
  const secrets = account.split(/[:@]/).filter((part) => part !== '')
  const isTelling = message !== '' && !secrets.some((secret) => message.includes(secret))
  return isTelling ? { why: message.replace(/\.$/, '') } : {}
}

interface Cause {
  readonly name: string
  readonly code: string
  readonly message: string
}

/** The error and its causes; a failed server selection has a reason per server. */
function causesOf(error: unknown): Cause[] {
  const found: Cause[] = []
  const open = [error]
  while (open.length > 0 && found.length < MAX_CAUSES) {
    const one = open.shift()
    if (typeof one !== 'object' || one === null) continue
    found.push({
      name: String(Reflect.get(one, 'name') ?? ''),
      code: String(Reflect.get(one, 'code') ?? ''),
      message: String(Reflect.get(one, 'message') ?? ''),
    })
    open.push(Reflect.get(one, 'cause'), ...serverErrorsOf(Reflect.get(one, 'reason')))
  }
  return found.length > 0 ? found : [{ name: '', code: '', message: String(error) }]
}

function serverErrorsOf(reason: unknown): unknown[] {
  const servers: unknown =
    typeof reason === 'object' && reason !== null ? Reflect.get(reason, 'servers') : null
  if (!(servers instanceof Map)) return []
  return [...servers.values()].flatMap((server: object) => Reflect.get(server, 'error') ?? [])
}

function pathOf(error: unknown): string {
  return error instanceof Error && 'path' in error ? String(error.path) : 'a file that MONGODB_URI names'
}
