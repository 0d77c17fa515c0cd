import type { HoldReason } from '../../../models/index.ts'

/** Why a file looks like the wrong one, as a sentence without anybody's data. `identical` is told where names are known. */
export function explainReason(reason: HoldReason): string {
  const { kind } = reason
  switch (kind) {
    case 'invalid':
      return `${reason.rows} of the first ${reason.of} rows cannot be used.`
    case 'names':
      return `${reason.rows} of the first ${reason.of} known customers would get a name that has nothing in common with theirs: perhaps a column has moved.`
    case 'amounts':
      return `The amounts of ${reason.rows} of the first ${reason.of} known customers would all change, or move to another column.`
    case 'old_values':
      return `${reason.rows} of the first ${reason.of} customers it changes would get back values that a later file has replaced: perhaps this is an older list.`
    case 'shared_phones':
      return `${reason.rows} of the first ${reason.of} rows share a phone with a row of another name or loan number. One phone is one customer, so the last of these rows would win.`
    case 'identical':
      return `It is the same file, byte for byte, as #${reason.number}.`
  }
}
