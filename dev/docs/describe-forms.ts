import { FORMS } from '../../commands/forms/index.ts'

/** The forms of one command as the table of docs/commands.md. */
function describeForms(command: string): string {
  const rows = FORMS.filter((form) => form.command === command).map(
    ({ example, shows, isForAdmins }) =>
      `| \`${command} ${example}\` | ${shows}${isForAdmins ? ' (admins)' : ''} |`,
  )
  return ['| typed | shows |', '| --- | --- |', ...rows].join('\n')
}

/** @returns the page with its tables replaced; null if it has no markers */
export function replaceFormTables(page: string): string | null {
  let made = page
  for (const command of ['/customer', '/uploads']) {
    const [begin, end] = [`<!-- forms of ${command} -->`, `<!-- end of ${command} -->`]
    const [from, to] = [made.indexOf(begin), made.indexOf(end)]
    if (from < 0 || to < from) return null
    made = `${made.slice(0, from + begin.length)}\n${describeForms(command)}\n${made.slice(to)}`
  }
  return made
}
