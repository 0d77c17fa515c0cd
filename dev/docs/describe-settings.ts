import { z } from 'zod'
import { SETTINGS } from '../../src/settings/index.ts'

/** A documented setting. */
interface Setting {
  readonly name: string
  readonly description: string
  /** The default; undefined if there is none. */
  readonly default: string | undefined
  /** The value in .env.example. */
  readonly shown: string
}

const WIDTH = 115
const BEGIN = '<!-- settings: npm run docs:settings -->'
const END = '<!-- /settings -->'

/** The settings of one section, from the schema. @throws Error for one without a description */
function listSettings(section: keyof typeof SETTINGS): Setting[] {
  return Object.entries<z.ZodType>(SETTINGS[section]).map(([name, schema]) => {
    const { description, default: fallback, example } = z.globalRegistry.get(schema) ?? {}
    if (!description) throw new Error(`${name} has no description`)
    const byDefault = typeof fallback === 'string' && fallback !== '' ? fallback : undefined
    return { name, description, default: byDefault, shown: String(example ?? byDefault ?? '') }
  })
}

const sections = (): (keyof typeof SETTINGS)[] =>
  Object.keys(SETTINGS).filter((name): name is keyof typeof SETTINGS => name in SETTINGS)

/** The text of .env.example. */
export function describeEnvironment(): string {
  const head = [
    '# Settings of the bot. Copy to .env and fill in; a real environment variable wins over this file.',
    '# Every setting is checked at the start; all that is wrong is named at once. Made by npm run docs:settings.',
  ]
  const parts = sections().map((section) => [
    `# --- ${section} ${'-'.repeat(WIDTH - section.length - 7)}`,
    ...listSettings(section).flatMap(({ name, description, shown }) => [
      ...wrap(description).map((line) => `# ${line}`),
      `${name}=${quote(shown)}`,
    ]),
  ])
  return `${[head, ...parts].map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** In an .env file, everything after an unquoted # is a comment. */
function quote(value: string): string {
  return value.includes('#') ? `"${value}"` : value
}

/** The page with its table of settings replaced, or null if it has no place for it. */
export function replaceSettingsTable(page: string): string | null {
  const from = page.indexOf(BEGIN)
  const to = page.indexOf(END)
  if (from < 0 || to < from) return null
  return `${page.slice(0, from)}${BEGIN}\n${describeTable()}${page.slice(to)}`
}

function describeTable(): string {
  const rows = sections().flatMap((section) => [
    `| **${section}** | | |`,
    ...listSettings(section).map(
      (setting) =>
        `| \`${setting.name}\` | ${setting.default === undefined ? '' : `\`${setting.default}\``} | ${setting.description} |`,
    ),
  ])
  return ['| setting | when not set | what it is |', '| --- | --- | --- |', ...rows].join('\n').concat('\n')
}

function wrap(text: string): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
