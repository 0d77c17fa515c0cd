import { type Logger, LogLevel } from '@slack/bolt'
import type { Log } from '../../uploads/lease/index.ts'

const LONGEST_LINE = 300
// Tokens, and digits in a row long enough to be a phone: neither belongs in a log, whoever writes it.
const SECRETS = /xox[a-z]?-[\w-]+|xapp-[\w-]+|\+?\d[\d -]{5,}\d/g

/**
 * What Bolt and its clients have to say, in our log. Their debug lines hold whole requests (customers' data, command
 * texts), so they are dropped; the rest is shortened and cleaned.
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
    // Info: their clients then do not even build the debug lines.
    getLevel: () => LogLevel.INFO,
  }
}

function describe(part: unknown): string {
  if (part instanceof Error) return `${part.name}: ${part.message}`
  return typeof part === 'string' ? part : typeof part
}
