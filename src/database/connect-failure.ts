import { mongo } from 'mongoose'
import { toDatabaseError } from '../../models/index.ts'
import { AppError, type DatabaseRefusal } from '../errors.ts'

/** Node's and OpenSSL's codes for a line that cannot be encrypted, or whose other end cannot be trusted. */
const TLS_CODE =
  /^(CERT_|CRL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE|EPROTO|ERR_(TLS|SSL|OSSL)_)/
/** A certificate or key that MONGODB_URI names. */
const FILE_CODE = /^(ENOENT|EACCES|EISDIR|EPERM|ENOTDIR)$/
/** Raised while an address is read, before anything is sent. */
const ADDRESS_ERRORS: ReadonlySet<string> = new Set([
  'MongoParseError',
  'MongoInvalidArgumentError',
  'MongoMissingCredentialsError',
  'MongoMissingDependencyError',
  'MongoAPIError',
  'MongoRuntimeError',
])

const MAX_CAUSES = 50
/** What no name of a database may hold. */
const BAD_NAME = /[/\\. "$*<>:|?]/

/**
 * Looks at an address without sending anything.
 * @throws AppError database_refused where it cannot be read, or names no database
 */
export function assertUsableUri(uri: string): void {
  try {
    void new mongo.MongoClient(uri).close()
  } catch (error) {
    throw explainConnectFailure(error, uri)
  }
  // What is behind the hosts: without a name the driver would take the database `test`, and nobody would see it.
  const name = /^[^:]+:\/\/(?:[^@/]*@)?[^/?]*(?:\/([^?]*))?/.exec(uri)?.[1]
  if (!name) throw refused('database')
  if (BAD_NAME.test(decodeURIComponent(name)))
    throw refused('address', { why: 'a name of a database cannot have this character' })
}

/** Why a connection did not come about: something that passes, or something that a person has to change. */
export function explainConnectFailure(error: unknown, uri: string): AppError {
  if (error instanceof AppError) return error
  const causes = causesOf(error)
  if (causes.some(({ name }) => name === 'MongoCompatibilityError')) return refused('version', {}, error)
  const tls = causes.find(({ code }) => TLS_CODE.test(code))
  if (tls) return refused('certificate', { why: tls.code }, error)
  const [{ name, code, message }] = causes as [Cause]
  if (FILE_CODE.test(code)) return refused('certificate', { why: `${code}: ${pathOf(error)}` }, error)
  if (ADDRESS_ERRORS.has(name)) return refused('address', whyOf(message, uri), error)
  const translated = toDatabaseError(error)
  return translated.code === 'database_refused' ? translated : new AppError('database_unavailable', {}, error)
}

export function refused(
  reason: DatabaseRefusal,
  details: Readonly<Record<string, string>> = {},
  cause?: unknown,
): AppError {
  return new AppError('database_refused', { reason, ...details }, cause)
}

/** The driver's own words, unless they repeat a part of the address in which a password may stand. */
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

/** The error, and all it came from; a selection that failed keeps the reason of each server. */
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
