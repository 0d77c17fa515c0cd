import { readFile, rename, rm, writeFile } from 'node:fs/promises'

/** Where a server that another process started can be reached. */
export interface ServerAddress {
  /** The token of the lock that the process holds: an address of another hold is out of date. */
  readonly token: string
  readonly uri: string
  readonly engine: 'mongodb' | 'documentdb'
  readonly version: string
  /** Absent for a mongod. */
  readonly socketDirectory?: string
}

/** The server asks nobody for a password, so only the account that runs it may learn its address. */
export async function writeServerAddress(path: string, address: ServerAddress): Promise<void> {
  const draft = `${path}.${address.token}`
  try {
    await writeFile(draft, `${JSON.stringify(address)}\n`, { mode: 0o600 })
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

/** The address that the holder of a lock wrote; undefined where it has not, or this account may not read it. */
export async function readServerAddress(path: string, token: string): Promise<ServerAddress | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    return isAddress(value) && value.token === token ? value : undefined
  } catch {
    return undefined
  }
}

function isAddress(value: unknown): value is ServerAddress {
  if (typeof value !== 'object' || value === null) return false
  return (
    'token' in value &&
    'uri' in value &&
    typeof value.uri === 'string' &&
    'engine' in value &&
    (value.engine === 'mongodb' || value.engine === 'documentdb')
  )
}
