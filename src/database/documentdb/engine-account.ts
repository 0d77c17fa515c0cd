import { statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The account PostgreSQL runs under. It refuses to run as root, so root's servers run under an id of their own that
 * belongs to no account of the machine; anybody else's run as who they are.
 */

/** In the range Debian keeps for nobody (policy 9.2.2), so no account has it. */
const SERVER_ID = 59_432
/** initdb looks its own account up by name: `nobody` is on every machine. */
const INITDB_ID = 65_534

/** A user and group id to run as; null where no change is needed. */
export type AccountId = number | null

export function serverAccount(): AccountId {
  return isRoot() ? SERVER_ID : null
}

export function initdbAccount(): AccountId {
  return isRoot() ? INITDB_ID : null
}

/**
 * The words before a command that make it run as `account` and end with this process: the system sends it `SIGQUIT`
 * (PostgreSQL's immediate shutdown) when its parent dies, however the parent dies.
 *
 * Another account may not pass through root's own directories (`/root` is closed to it), where the data or the cache
 * may well be; only then it is given the one right to do so. `no_setuid_fixup` makes that right count in access(2)
 * too, which PostgreSQL finds its own program with.
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

/** Whether every directory above a path lets others pass. */
function isOpenToOthers(path: string): boolean {
  for (let at = dirname(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}
