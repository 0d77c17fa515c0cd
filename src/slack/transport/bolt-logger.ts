import { type Logger, LogLevel } from '@slack/bolt'
import type { Log } from '../../uploads/lease/index.ts'

const LONGEST_LINE = 300
// Tokens, and digit sequences as long as a phone: neither may be logged.
const SECRETS = /xox[a-z]?-[\w-]+|xapp-[\w-]+|\+?\d[\d -]{5,}\d/g

/**
 * Sends log lines of Bolt and its clients to the bot's log. Their debug lines contain whole requests
 * (customer data, command texts), so they are dropped; other lines are shortened and cleaned.
 */
export function createBoltLogger(log: Log): Logger {
  const print = (level: 'debug' | 'info' | 'warn' | 'error', message: readonly unknown[]) => {
    const line = message.map(describe).join(' ').replace(SECRETS, '…').slice(0, LONGEST_LINE)
    log[level]({ from: 'bolt' }, line)
  }
  return {
    debug: () => {},
    info: (...message) => print('debug', message),
    warn: (...message) => print('warn', message),
    error: (...message) => print('error', message),
    setLevel: () => {},
    setName: () => {},
    // Info: the clients then do not build debug lines.
    getLevel: () => LogLevel.INFO,
  }
}

function describe(part: unknown): string {
  if (part instanceof Error) return `${part.name}: ${part.message}`
  return typeof part === 'string' ? part : typeof part
}
