/** A database server that this process started and that ends with it. */
export interface EmbeddedServer {
  readonly uri: string
  readonly version: string
  /** Resolves when the server has ended for any reason. */
  readonly ended: Promise<void>
  /** Directory of PostgreSQL's unix socket; absent for a mongod. */
  readonly socketDirectory?: string
  stop(): Promise<void>
}

/** Includes the database name, so that clients without one find the same data as the bot. */
export function embeddedUri(port: number): string {
  return `mongodb://127.0.0.1:${port}/customer_uploads?directConnection=true`
}
