import { type ChildProcess, fork } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { AppError } from '../../errors.ts'
import { type EmbeddedServer, embeddedUri } from '../process/index.ts'
import { installEngine } from './install-engine.ts'
import type { ServerMessage, ServerOrder } from './server-messages.ts'

interface DocumentDbOptions {
  /** Absolute; the data directory. */
  readonly directory: string
  readonly isDurable: boolean
  readonly port: number
  readonly cacheDir: string
  readonly log: (line: string) => void
  /** Cancels an install. */
  readonly signal?: AbortSignal | undefined
}

const STOP_LIMIT_MS = 90_000

/** Starts DocumentDB in a separate process; installs it first if missing. */
export async function startDocumentDb(options: DocumentDbOptions): Promise<EmbeddedServer> {
  const { directory, isDurable, port, cacheDir, log, signal } = options
  const files = await installEngine({ cacheDir, log, signal })
  const child = forkServer()
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  try {
    const ready = await order(child, { engineRoot: files.root, directory, isDurable, port }, log)
    // The server must not keep a finished program alive; the end of the channel stops the server.
    child.unref()
    child.channel?.unref()
    return {
      uri: embeddedUri(ready.port),
      version: ready.version,
      socketDirectory: ready.socketDirectory,
      ended: exited,
      stop: () => stop(child, exited),
    }
  } catch (error) {
    await stop(child, exited)
    throw error
  }
}

/** Source files need the TypeScript loader; built ones do not. */
function forkServer(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts')
  const path = fileURLToPath(
    new URL(isSource ? './server-process.ts' : './server-process.js', import.meta.url),
  )
  const loader = isSource ? pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href : undefined
  return fork(path, [], {
    execArgv: loader ? ['--import', loader] : [],
    // A separate process group: Control-C in a terminal must not stop the database before the bot's last
    // writes.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
}

function order(child: ChildProcess, given: ServerOrder, log: (line: string) => void) {
  return new Promise<Extract<ServerMessage, { type: 'ready' }>>((resolve, reject) => {
    child.on('message', (message: ServerMessage) => {
      if (message.type === 'log') log(message.line)
      else if (message.type === 'ready') resolve(message)
      else reject(new AppError(message.code, message.details, new Error(message.cause)))
    })
    child.once('error', reject)
    child.once('exit', (status, signal) => {
      const reason = `its process ended (${signal ?? status})`
      reject(new AppError('database_not_installable', { reason }))
    })
    child.send(given, (error) => {
      if (error) reject(error)
    })
  })
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.ref()
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
  if (child.connected) child.send('stop', () => undefined)
  else child.kill('SIGTERM')
  await exited
  clearTimeout(timer)
}
