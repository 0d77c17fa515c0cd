import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The account PostgreSQL runs under. It refuses to run as root, so root's servers run under an id that
 * belongs to no account; other users' servers run as themselves.
 */

/** In the range Debian reserves (policy 9.2.2), so no account has it. */
const SERVER_ID = 59_432
/** initdb looks up its account by name: `nobody` exists on every machine. */
const INITDB_ID = 65_534

/** A user and group id to run as; null for no change. */
type AccountId = number | null

export function serverAccount(): AccountId {
  return isRoot() ? SERVER_ID : null
}

export function initdbAccount(): AccountId {
  return isRoot() ? INITDB_ID : null
}

/**
 * The command prefix that runs a command as `account` and ends it with this process: the system sends
 * `SIGQUIT` (PostgreSQL's immediate shutdown) when its parent dies for any reason.
 *
 * Another account may be unable to pass root's directories (such as `/root`), where data or cache may be.
 * Only then it gets that capability. `no_setuid_fixup` applies it to access(2) too, by which PostgreSQL finds
 * its own program.
 */
export function runAs(account: AccountId, paths: readonly string[]): string[] {
  const command = ['/usr/bin/setpriv', '--pdeathsig', 'SIGQUIT']
  if (account === null) return [...command, '--']
  command.push('--reuid', String(account), '--regid', String(account), '--clear-groups')
  if (!paths.every(isOpenToOthers))
    command.push(
      '--inh-caps',
      '-all,+dac_override',
      '--ambient-caps',
      '-all,+dac_override',
      '--securebits',
      '+no_setuid_fixup',
    )
  return [...command, '--']
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** True if every directory above a path is open to others. */
function isOpenToOthers(path: string): boolean {
  for (let at = dirname(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}
