import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Names that Node, Docker Compose and common tools read from the same file. */
const OTHERS =
  /^(NODE_.*|COMPOSE_.*|DOCKER_.*|XDG_.*|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|TZ|LANG|LC_.*|TMPDIR|TEST_.*|UV_.*|NPM_.*)$/

/**
 * Loads settings from the file `.env` in the working directory; existing environment variables win.
 * @returns a sentence per name that is no setting
 */
export function loadEnvFile(
  env: Record<string, string | undefined>,
  known: readonly string[],
  path = '.env',
): string[] {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    // A missing .env file is normal if the environment is set in another way.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  // Editors on Windows add a byte order mark, which would become part of the first name.
  const values = Object.entries(parseEnv(text.replace(/^\ufeff/, '')))
  for (const [name, value] of values) env[name] ??= value
  return values.flatMap(([name]) =>
    known.includes(name) || OTHERS.test(name) ? [] : [describeUnknown(name, known)],
  )
}

function describeUnknown(name: string, known: readonly string[]): string {
  const plain = simplify(name)
  const near = known.find((other) => {
    const [a, b] = [plain, simplify(other)]
    return a === b || (Math.abs(a.length - b.length) <= 2 && (a.startsWith(b) || b.startsWith(a)))
  })
  const hint = near ? `; ${near} is` : ''
  return `${name} in .env is not a setting and has no effect${hint}.`
}

function simplify(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z]/g, '')
}
