import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Names that Node, Docker Compose and the usual tools read from the same file. */
const OTHERS =
  /^(NODE_.*|COMPOSE_.*|DOCKER_.*|XDG_.*|(HTTPS?|NO|ALL)_PROXY|(https?|no|all)_proxy|TZ|LANG|LC_.*|TMPDIR|TEST_.*|UV_.*|NPM_.*)$/

/**
 * Settings from a file `.env` in the folder an entry is started in; what the environment has already wins.
 * @returns a sentence for each name that is no setting
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
    // No .env file is how it is where the environment is set by other means.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
  // Editors on Windows begin a file with a byte order mark, which would belong to the first name.
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
