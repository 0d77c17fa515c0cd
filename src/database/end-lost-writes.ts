import { createRequire } from 'node:module'
import type { Socket } from 'node:net'

/** What this needs of the driver's class of connections. It is no part of the driver's API. */
interface DriverConnection {
  readonly closed: boolean
  readonly socket: Socket
  cleanup(error: Error): void
}

const IS_WRAPPED = Symbol('ends lost writes')
const require = createRequire(import.meta.url)

/**
 * Makes an operation fail whose connection closes while it waits to write. The driver (mongodb 7.8) waits for
 * the socket's `drain` or `error`, and a socket that closes without an error gives neither. The operation
 * would never end, and its upload would run for ever. See docs/adr/0027-lost-writes.md.
 *
 * @returns false if the driver's class has changed, so nothing was done
 */
export function endLostWrites(): boolean {
  const prototype = findPrototype()
  if (prototype === undefined) return false
  if (IS_WRAPPED in prototype) return true
  const cleanUp = prototype.cleanup
  Object.defineProperty(prototype, IS_WRAPPED, { value: true })
  prototype.cleanup = function endWrite(this: DriverConnection, error: Error): void {
    const isFirst = !this.closed
    cleanUp.call(this, error)
    // Only a write waits for `drain`. The driver's own listener of `error` finds the connection closed.
    if (isFirst && this.socket.listenerCount('drain') > 0) this.socket.emit('error', error)
  }
  return true
}

function findPrototype(): DriverConnection | undefined {
  try {
    // The driver of mongoose: another package may bring a driver of its own.
    const path = createRequire(require.resolve('mongoose')).resolve('mongodb/lib/cmap/connection.js')
    const prototype: unknown = require(path).Connection?.prototype
    return isConnection(prototype) ? prototype : undefined
  } catch {
    return undefined
  }
}

function isConnection(prototype: unknown): prototype is DriverConnection {
  return (
    typeof prototype === 'object' &&
    prototype !== null &&
    typeof Reflect.get(prototype, 'cleanup') === 'function' &&
    typeof Reflect.get(prototype, 'writeCommand') === 'function'
  )
}
