/** A database server that runs for this process alone and ends with it. */
export interface EmbeddedServer {
  readonly uri: string
  readonly version: string
  /** Settles when the server has ended, for whatever reason. */
  readonly ended: Promise<void>
  /** Directory of PostgreSQL's unix socket; absent for a mongod. */
  readonly socketDirectory?: string
  stop(): Promise<void>
}

/** Names a database too, so that a client that names none finds the same data as the bot. */
export function embeddedUri(port: number): string {
  return `mongodb://127.0.0.1:${port}/customer_uploads?directConnection=true`
}
