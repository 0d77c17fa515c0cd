import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const FOLDERS = ['src', 'commands', 'models', 'dev', 'test', 'bench']

/** Words without an object or with several meanings, and the replacements of docs/glossary.md. */
const RETIRED: ReadonlyMap<string, string> = new Map([
  ['tell', 'post, print or describe'],
  ['tells', 'post, print or describe'],
  ['told', 'stated, shown or posted'],
  ['say', 'post, print or phrase'],
  ['says', 'text'],
  ['said', 'text or stated'],
  ['saying', 'text'],
  ['judge', 'check, rate or choose'],
  ['judged', 'checked'],
  ['judges', 'checks'],
  ['settle', 'finish or record'],
  ['settled', 'finished or idle'],
  ['settles', 'finishes'],
  ['unsettled', 'unfinished'],
  ['hear', 'receive'],
  ['heard', 'received'],
  ['hears', 'receives'],
  ['unheard', 'missed'],
  ['room', 'channel or space'],
  ['rooms', 'channels'],
  ['colleague', 'member'],
  ['colleagues', 'members'],
  ['desk', 'dispatcher'],
  ['door', 'entry'],
  ['doors', 'entries'],
  ['fewest', 'min'],
  ['most', 'max'],
  ['mostly', 'min'],
  ['whisper', 'postEphemeral'],
  ['bell', 'wake signal'],
  ['ring', 'notify'],
  ['forgive', 'resetAttempts or ignoreRejection'],
  ['shredder', 'delete'],
  ['hopeless', 'unusable'],
])

/** Stored names, a setting, and names of the language or of a reply's fields. */
const KEPT: ReadonlySet<string> = new Set([
  'GUARD_FEWEST',
  'allSettled',
  'colleagues',
  'said',
  'say',
  'shared_without_room',
])

/** Text at a position that is no code: a comment, a string, or template text up to `${`. */
const NOT_CODE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"/y
const TEMPLATE_TEXT = /(?:\\[\s\S]|[^`\\$]|\$(?!\{))*(?:`|\$\{)/y
/** A slash after one of these starts a regular expression. */
const REGEXP = /(?<=[(=:,[!&|?{};+]\s*|return\s+)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y

/** The source with blanks in place of everything that is no code. Template insertions are code. */
function codeOf(source: string): string {
  let code = ''
  let at = 0
  /** The number of open braces in the insertion of each open template. */
  const braces: number[] = []
  const skip = (what: RegExp): string | undefined => {
    what.lastIndex = at
    const found = what.exec(source)?.[0]
    if (found === undefined) return undefined
    at += found.length
    code += ' '
    return found
  }
  const skipTemplateText = () => {
    if (skip(TEMPLATE_TEXT)?.endsWith('{')) braces.push(0)
  }
  while (at < source.length) {
    if (skip(NOT_CODE) ?? skip(REGEXP)) continue
    const sign = source[at] ?? ''
    at += 1
    const open = braces.at(-1)
    if (sign === '`') skipTemplateText()
    else if (sign === '}' && open === 0) {
      braces.pop()
      skipTemplateText()
    } else {
      if (open !== undefined && sign === '{') braces[braces.length - 1] = open + 1
      if (open !== undefined && sign === '}') braces[braces.length - 1] = open - 1
      code += sign
    }
  }
  return code
}

const listFiles = (): readonly string[] =>
  FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => join(folder, path)),
  )

function findRetired(source: string): string[] {
  return (codeOf(source).match(/[A-Za-z_$][\w$]*/g) ?? []).filter(
    (name) =>
      !KEPT.has(name) &&
      name
        .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
        .toLowerCase()
        .split('_')
        .some((part) => RETIRED.has(part)),
  )
}

describe('identifiers', () => {
  it.each([
    ['const tellOthers = 1', ['tellOthers']],
    ['deps.saidBefore()', ['saidBefore']],
    ['const MAX = FEWEST_ROWS', ['FEWEST_ROWS']],
    [`// told\nconst text = 'said' + "judge" \nconst bed = /room/`, []],
    [`const text = \`told \${heard} and \${most}\``, ['heard', 'most']],
    [`const text = \`it's \${list.map((one) => { return \`told \${heard}\` })} told\``, ['heard']],
    ['const bedroom = postText', []],
  ])('of %j that use a retired word are %j', (source, names) => {
    expect(findRetired(source)).toEqual(names)
  })

  it('use no retired word', () => {
    const found = listFiles().flatMap((path) =>
      [...new Set(findRetired(readFileSync(join(ROOT, path), 'utf8')))].map((name) => `${path}: ${name}`),
    )
    expect(found).toEqual([])
  })
})
