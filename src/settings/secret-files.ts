import { readFileSync } from 'node:fs'

type Environment = Readonly<Record<string, string | undefined>>

const FILE_SUFFIX = '_FILE'

/**
 * Reads secrets from files: `SLACK_BOT_TOKEN_FILE` is the path of a file with `SLACK_BOT_TOKEN`, as Docker
 * and Kubernetes mount secrets. Problems name the setting, never the file's content.
 */
export function readSecretFiles(
  env: Environment,
  secrets: readonly string[],
): { readonly env: Environment; readonly problems: ReadonlyMap<string, string> } {
  const read: Record<string, string> = {}
  const problems = new Map<string, string>()
  for (const name of secrets) {
    const path = env[name + FILE_SUFFIX]
    if (!path) continue
    if (env[name]) {
      problems.set(name, `${name} and ${name}${FILE_SUFFIX} are both set: set one of them`)
      continue
    }
    try {
      const value = readFileSync(path, 'utf8')
        .replace(/^\ufeff/, '')
        .trim()
      if (value === '') problems.set(name, `${name}${FILE_SUFFIX} names a file that is empty`)
      else read[name] = value
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : 'unknown'
      problems.set(name, `${name}${FILE_SUFFIX} names a file that cannot be read (${code})`)
    }
  }
  return { env: { ...env, ...read }, problems }
}
