import type { HoldReason } from '../../../models/index.ts'

/**
 * Why a file is held, as a sentence without personal data. `identical` is described elsewhere, with names.
 */
export function explainReason(reason: HoldReason): string {
  const { kind } = reason
  switch (kind) {
    case 'invalid':
      return `${reason.rows} of the first ${reason.of} rows cannot be imported.`
    case 'names':
      return `${reason.rows} of the first ${reason.of} known customers would get a completely different name. A column may have moved.`
    case 'amounts':
      return `The amounts of ${reason.rows} of the first ${reason.of} known customers would all change, or move to another column.`
    case 'old_values':
      return `${reason.rows} of the first ${reason.of} changed customers would get back values that a later file replaced. This may be an older list.`
    case 'shared_phones':
      return `${reason.rows} of the first ${reason.of} rows share a phone with a row of another name or loan ID. One phone is one customer, so the last of these rows would win.`
    case 'identical':
      return `This exact file was uploaded before as #${reason.number}.`
  }
}
