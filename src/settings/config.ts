import type { z } from 'zod'
import { AppError } from '../errors.ts'
import { readSecretFiles } from './secret-files.ts'
import { botSchema, coreSchema, SECRETS, SETTINGS } from './settings.ts'
import { listSettingsInForce, type SettingInForce } from './settings-in-force.ts'

const MEBIBYTE = 1024 * 1024

type CoreEnv = z.output<typeof coreSchema>

export interface CoreConfig {
  /** Unset: an embedded server stores its data in `dataDir`. */
  readonly mongodbUri: string | undefined
  readonly dataDir: string
  /** ISO 3166 region of phones without a country code. */
  readonly defaultRegion: string
  readonly timeZone: string
  /** BCP 47 tag that decides how numbers are formatted. */
  readonly locale: string
  /** How `03/04/2026` is read if the column gives no evidence. */
  readonly dateOrder: 'day_first' | 'month_first'
  /** The cell text that clears a field on purpose. */
  readonly clearWord: string
  /** Numbers that mean "none" in addition to the built-in ones; a leading minus removes a built-in one. */
  readonly dummyPhones: readonly string[]
  /** True: a row whose phone is no customer's own goes to the one customer who has it as a second phone. */
  readonly matchOtherPhones: boolean
  /** Words for a blank cell in addition to the built-in ones; a leading `!` removes a built-in one. */
  readonly blankWords: readonly string[]
  /** Encoding of files that are not Unicode; undefined: detected per file. */
  readonly fallbackEncoding: string | undefined
  readonly limits: {
    readonly maxBytes: number
    readonly maxRows: number
    readonly maxColumns: number
    readonly maxCellLength: number
  }
  /**
   * Maximum percentage (1 to 100) of invalid rows among a file's first rows; above it the file is rejected.
   */
  readonly maxInvalidPercent: number
  /** Path of the team's own field catalogue (docs/csv-format.md). */
  readonly fieldsFile: string | undefined
  /** When the guard holds a file; undefined: never. */
  readonly guard:
    | { readonly percent: number; readonly minimum: number; readonly holdsSameFile: boolean }
    | undefined
  /** Milliseconds after a run's last renewal until another run may take its upload. */
  readonly leaseMs: number
  readonly logLevel: CoreEnv['LOG_LEVEL']
}

export interface SlackConfig {
  readonly botToken: string
  /** Set: Socket Mode. Unset: HTTP with signatures verified by `signingSecret`. */
  readonly appToken: string | undefined
  readonly signingSecret: string | undefined
  readonly port: number
  /** The address to listen on; undefined: all. */
  readonly host: string | undefined
  /** Another address of the Web API, for GovSlack or development; its host may then serve files too. */
  readonly apiUrl: string | undefined
  /** Set: all requests use it, except to the hosts of `noProxy`. */
  readonly proxy: { readonly proxy: string; readonly noProxy: string | undefined } | undefined
}

interface DigestConfig {
  /** Slack ids; empty: no digests. */
  readonly channels: readonly string[]
  /** In the team's time zone; undefined: no digest. */
  readonly daily: DigestTime | undefined
  readonly weekly: DigestTime | undefined
  /** A customer is stale when no file has mentioned it for this many days. */
  readonly staleDays: number
}

interface DigestTime {
  readonly hour: number
  readonly minute: number
  /** 0 is Sunday. Absent: every day. */
  readonly weekday?: number
}

export interface Config extends CoreConfig {
  /** Slack ids of the people who may undo others' uploads. */
  readonly admins: ReadonlySet<string>
  /** Slack ids of the only channels the bot works in; undefined: all it is invited to. */
  readonly channels: ReadonlySet<string> | undefined
  /** Slack ids of the apps whose files are imported. */
  readonly botSharers: ReadonlySet<string>
  readonly reactions: boolean
  /** Requests per person and minute. */
  readonly rates: { readonly question: number; readonly preview: number }
  readonly digest: DigestConfig
  /** Days after which the retention policy deletes the values of a file's rows; undefined: never. */
  readonly retentionDays: number | undefined
  readonly slack: SlackConfig
  /** All settings, for admins; a secret only as set or not set. */
  readonly inForce: readonly SettingInForce[]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads the settings of an entry without Slack (CLI, `npm run mongo`).
 * @throws AppError config_invalid with all problems
 */
export function loadCoreConfig(env: Environment): CoreConfig {
  return toCoreConfig(parse(coreSchema, env))
}

/**
 * Reads the settings of the bot.
 * @throws AppError config_invalid with all problems
 */
export function loadConfig(env: Environment): Config {
  const parsed = parse(botSchema, withUsualNames(env))
  return {
    ...toCoreConfig(parsed),
    admins: new Set(parsed.ADMINS),
    channels: parsed.CHANNELS.length > 0 ? new Set(parsed.CHANNELS) : undefined,
    botSharers: new Set(parsed.BOT_SHARERS),
    reactions: parsed.REACTIONS === 'on',
    rates: { question: parsed.QUESTIONS_PER_MINUTE, preview: parsed.PREVIEWS_PER_MINUTE },
    inForce: listSettingsInForce(SETTINGS, readSecretFiles(env, SECRETS).env),
    retentionDays: parsed.RETENTION_DAYS,
    digest: {
      channels: [...new Set(parsed.DIGEST_CHANNELS)],
      daily: parsed.DIGEST_DAILY,
      weekly: parsed.DIGEST_WEEKLY,
      staleDays: parsed.DIGEST_STALE_DAYS,
    },
    slack: {
      botToken: parsed.SLACK_BOT_TOKEN,
      appToken: parsed.SLACK_APP_TOKEN,
      signingSecret: parsed.SLACK_SIGNING_SECRET,
      port: parsed.PORT,
      host: parsed.HOST,
      apiUrl: parsed.SLACK_API_URL,
      proxy:
        parsed.HTTPS_PROXY === undefined
          ? undefined
          : { proxy: parsed.HTTPS_PROXY, noProxy: parsed.NO_PROXY },
    },
  }
}

/** Many systems set the proxy in lower case. */
function withUsualNames({ https_proxy: proxy, no_proxy: noProxy, ...env }: Environment): Environment {
  return {
    ...env,
    ...(proxy && !env.HTTPS_PROXY && { HTTPS_PROXY: proxy }),
    ...(noProxy && !env.NO_PROXY && { NO_PROXY: noProxy }),
  }
}

function toCoreConfig(env: CoreEnv): CoreConfig {
  return {
    mongodbUri: env.MONGODB_URI,
    dataDir: env.DATA_DIR,
    defaultRegion: env.DEFAULT_REGION,
    timeZone: env.TIME_ZONE,
    locale: env.LOCALE,
    dateOrder: env.DATE_ORDER,
    clearWord: env.CLEAR_WORD,
    dummyPhones: env.DUMMY_PHONES,
    matchOtherPhones: env.MATCH_OTHER_PHONES === 'on',
    blankWords: env.BLANK_WORDS,
    fallbackEncoding: env.FALLBACK_ENCODING,
    limits: {
      maxBytes: env.MAX_FILE_MB * MEBIBYTE,
      maxRows: env.MAX_ROWS,
      maxColumns: env.MAX_COLUMNS,
      maxCellLength: env.MAX_CELL_LENGTH,
    },
    maxInvalidPercent: env.MAX_INVALID_PERCENT,
    fieldsFile: env.FIELDS_FILE,
    guard:
      env.GUARD === 'on'
        ? {
            percent: env.GUARD_PERCENT,
            minimum: env.GUARD_FEWEST,
            holdsSameFile: env.GUARD_SAME_FILE === 'hold',
          }
        : undefined,
    leaseMs: env.LEASE_SECONDS * 1000,
    logLevel: env.LOG_LEVEL,
  }
}

function parse<S extends z.ZodType>(schema: S, env: Environment): z.output<S> {
  const files = readSecretFiles(env, SECRETS)
  const result = schema.safeParse(files.env)
  if (result.success && files.problems.size === 0) return result.data
  const issues = (result.error?.issues ?? []).map((issue) => ({ name: issue.path.join('.'), ...issue }))
  const problems = issues
    // A secret whose file is wrong is reported once, as that.
    .filter(({ name }) => !files.problems.has(name))
    .map(({ name, message }) => `${name} ${message}`)
  throw new AppError('config_invalid', { problems: [...files.problems.values(), ...problems] })
}
