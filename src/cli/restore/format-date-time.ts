/** A time in a time zone, as `2026-03-04 09:05`; the same in every locale. */
export function formatDateTime(at: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(at)
}
