import { isSupportedCountry } from 'libphonenumber-js/max'
import { z } from 'zod'
import { isKnownEncoding } from '../csv/index.ts'
import { isLocale } from '../locale.ts'

/** An empty setting counts as missing, because .env files often have `KEY=`. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
const required = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema)
const withDefault = <T extends z.ZodType>(schema: T, fallback: string) =>
  z
    .preprocess((value) => (value === '' || value === undefined ? fallback : value), schema)
    .meta({ default: fallback })

const wholeNumber = (least: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= least && n <= max, `must be between ${least} and ${max}`)

function isTimeZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return true
  } catch {
    return false
  }
}

const channelIds = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((id) => id !== ''))
  .refine(
    (ids) => ids.every((id) => /^[CG][A-Z0-9]{5,}$/.test(id)),
    'must be Slack ids of channels such as C012AB3CD, separated by commas',
  )

const databaseSettings = {
  MONGODB_URI: optional(
    z.string().regex(/^mongodb(\+srv)?:\/\/.+/, 'must begin with mongodb:// or mongodb+srv://'),
  )
    .meta({ secret: true })
    .describe(
      'Address of a MongoDB server, 5.0 or newer, with the database name: mongodb://host:27017/customer-uploads. Add ?authSource=admin unless the user was created in that database. Write @ in a password as %40. Empty: the bot starts an embedded database in DATA_DIR.',
    ),
  DATA_DIR: withDefault(z.string(), './data').describe('Folder of the embedded database.'),
}

const fileSettings = {
  DEFAULT_REGION: withDefault(
    z
      .string()
      .transform((s) => s.toUpperCase())
      .refine((s) => isSupportedCountry(s), 'must be a two-letter country code such as IN'),
    'IN',
  ).describe('Country of phone numbers without a country code: two letters (ISO 3166).'),
  DATE_ORDER: withDefault(
    z.enum(['day_first', 'month_first'], { error: 'must be day_first or month_first' }),
    'day_first',
  ).describe(
    'How 03/04/2026 is read if no other cell of the column decides, and how 3/4 is read in a command: day_first or month_first.',
  ),
  CLEAR_WORD: withDefault(z.string().min(2, 'must have at least two characters'), '#CLEAR').describe(
    'A cell with this word empties the field. A blank cell never does. Quote the word in .env, because # begins a comment there.',
  ),
  DUMMY_PHONES: z
    .preprocess((value) => value ?? '', z.string())
    .transform((text) => text.split(/[,;]/).flatMap((one) => (one.trim() === '' ? [] : [one.trim()])))
    .refine((numbers) => numbers.every((one) => /^-?\s*\+?[\d\s()-]{4,24}$/.test(one)), {
      error: 'must be phone numbers separated by commas, as in 9876500000, -7777777777',
    })
    .describe(
      'More dummy phone numbers, separated by commas. Rows with a dummy number are invalid. One repeated digit and 1234567890 are dummy numbers by default; a minus in front allows one, as in -7777777777.',
    ),
  MATCH_OTHER_PHONES: withDefault(z.enum(['on', 'off'], { error: 'must be on or off' }), 'off').describe(
    "Whether a row whose phone is no customer's own goes to the one customer who has it as a second phone: on or off. A phone that several customers have as a second one makes the row invalid. Only where one phone is one customer (docs/adr/0021).",
  ),
  BLANK_WORDS: withDefault(
    z.string().transform((text) =>
      text
        .split(',')
        .map((word) => word.trim())
        .filter((word) => word !== '' && word !== '!'),
    ),
    '',
  ).describe(
    'More words that count as a blank cell, separated by commas. NULL, N/A and similar words always do. An exclamation mark in front makes a word a value, as in !Null.',
  ),
  FALLBACK_ENCODING: optional(
    z.string().refine(isKnownEncoding, 'must be a text encoding such as windows-1252'),
  ).describe(
    'Text encoding of files that are not Unicode, such as windows-1252. Empty: the bot decides by the bytes of each file, and asks if they fit several encodings.',
  ),
  MAX_FILE_MB: withDefault(wholeNumber(1, 100_000), '512').describe('Maximum file size in MB.'),
  MAX_ROWS: withDefault(wholeNumber(1, 100_000_000), '1048576').describe('Maximum number of rows in a file.'),
  MAX_COLUMNS: withDefault(wholeNumber(1, 10_000), '500').describe('Maximum number of columns in a file.'),
  // A row has at most the length of two cells, or 1,048,576 characters: with its changes it must fit into 16
  // MB.
  MAX_CELL_LENGTH: withDefault(wholeNumber(10, 250_000), '50000').describe(
    'Maximum number of characters in a cell, up to 250,000. A row with a longer cell is invalid.',
  ),
  MAX_INVALID_PERCENT: withDefault(wholeNumber(1, 100), '80').describe(
    'Threshold in percent of invalid rows among the first rows. A file above it is refused before anything is written.',
  ),
  FIELDS_FILE: optional(z.string()).describe(
    'File with your own field catalogue, such as examples/fields.yml. See docs/csv-format.md.',
  ),
}

const guardSettings = {
  GUARD: withDefault(z.enum(['on', 'off'], { error: 'must be on or off' }), 'on').describe(
    'Holds a file that looks like the wrong one before its first row is written: on or off. The guard compares the first rows (at most 200) with the stored customers. People decide with two buttons.',
  ),
  GUARD_PERCENT: withDefault(wholeNumber(1, 100), '60').describe(
    'Threshold in percent above which a file is held. Counted are invalid rows; known customers who would get another name, changed amounts, or values that a later file replaced; and rows that share a phone but differ in name or loan ID.',
  ),
  GUARD_FEWEST: withDefault(wholeNumber(1, 200), '5').describe(
    'Minimum number of such rows or customers. Below it the guard holds nothing.',
  ),
  GUARD_SAME_FILE: withDefault(z.enum(['tell', 'hold'], { error: 'must be tell or hold' }), 'tell').describe(
    'What happens to a file that was uploaded before, byte for byte: tell (the receipt names the earlier upload) or hold.',
  ),
}

const TIME = /^(?:([a-z]+) )?([01]?\d|2[0-3]):([0-5]\d)$/
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** `09:00` or `monday 09:00`, case ignored; `off` disables it. */
const timeSetting = (hasWeekday: boolean, fallback: string) => {
  const print = `must be a time such as ${fallback}, or off`
  return withDefault(
    z.string().transform((text, context) => {
      const words = text.trim().toLowerCase().replace(/\s+/g, ' ')
      const [, name, hour, minute] = TIME.exec(words) ?? []
      const weekday = WEEKDAYS.indexOf(name ?? '')
      if (words === 'off') return undefined
      if (hour === undefined || (hasWeekday ? weekday < 0 : name !== undefined)) {
        context.addIssue({ code: 'custom', message: print })
        return z.NEVER
      }
      return { hour: Number(hour), minute: Number(minute), ...(hasWeekday && { weekday }) }
    }),
    fallback,
  )
}

const digestSettings = {
  DIGEST_CHANNELS: withDefault(channelIds, '').describe(
    'Channels that get the summaries: Slack ids (channel → its name → "About", at the bottom), separated by commas. Empty: no summaries. Invite the bot to these channels. A summary names files, people and problems of all channels, so choose channels whose members may read that.',
  ),
  DIGEST_DAILY: timeSetting(false, '09:00').describe(
    'Time of the daily summary in TIME_ZONE, or off. It covers the day before.',
  ),
  DIGEST_WEEKLY: timeSetting(true, 'monday 09:00').describe(
    'Day and time of the weekly summary, or off. It covers the seven days before.',
  ),
  DIGEST_STALE_DAYS: withDefault(wholeNumber(1, 3_650), '30').describe(
    'Summaries count the customers that no file contained for this many days.',
  ),
}

const retentionSettings = {
  RETENTION_DAYS: optional(wholeNumber(1, 36_500)).describe(
    'Retention period of row values in days. After it, the bot deletes the cell values and the values before and after each change. Counts stay, and who changed which field when. Such an upload cannot be undone. Empty: values are never deleted.',
  ),
}

const processSettings = {
  LEASE_SECONDS: withDefault(wholeNumber(2, 3_600), '30').describe(
    'Seconds without a heartbeat after which another process takes over an upload.',
  ),
}

const otherSettings = {
  TIME_ZONE: withDefault(
    z.string().refine(isTimeZone, 'must be a time zone such as Asia/Kolkata'),
    'Asia/Kolkata',
  ).describe('Time zone of the team, such as Asia/Kolkata. It decides when a day begins.'),
  LOCALE: withDefault(
    z.string().refine(isLocale, 'must be a language and country such as en-IN'),
    'en-IN',
  ).describe('Locale for numbers and amounts, such as en-IN (1,20,000).'),
  LOG_LEVEL: withDefault(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    }),
    'info',
  ).describe('Lowest level that is logged: trace, debug, info, warn, error or silent.'),
}

const slackSettings = {
  SLACK_BOT_TOKEN: required(
    z
      .string({ error: 'is missing: "Bot User OAuth Token" under "OAuth & Permissions" of the app' })
      .regex(/^xoxb-\S/, 'must be a whole token, which begins with xoxb-'),
  )
    .meta({ example: 'xoxb-', secret: true })
    .describe('"Bot User OAuth Token" under "OAuth & Permissions". Required.'),
  SLACK_APP_TOKEN: optional(z.string().regex(/^xapp-\S/, 'must be a whole token, which begins with xapp-'))
    .meta({ secret: true })
    .describe(
      '"App-Level Token" with connections:write, under "Basic Information". With it the bot uses Socket Mode and needs no public address.',
    ),
  SLACK_SIGNING_SECRET: optional(z.string().min(8, 'is too short'))
    .meta({ secret: true })
    .describe('"Signing Secret" under "Basic Information". Required for HTTP (if SLACK_APP_TOKEN is empty).'),
  ADMINS: withDefault(
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((id) => id !== ''))
      .refine(
        (ids) => ids.every((id) => /^[UW][A-Z0-9]+$/.test(id)),
        'must be Slack ids of people such as U012AB3CD, separated by commas',
      ),
    '',
  ).describe(
    'Admins of the bot. Admins may undo the uploads of others, export customers, forget a person, and change choices of others. Slack ids (profile → ⋮ → "Copy member ID"), separated by commas.',
  ),
  BOT_SHARERS: withDefault(
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((id) => id !== ''))
      .refine(
        (ids) => ids.every((id) => /^[UWB][A-Z0-9]+$/.test(id)),
        'must be Slack ids of apps such as U012AB3CD or B012AB3CD, separated by commas',
      ),
    '',
  ).describe(
    'Apps and workflows whose files are imported: Slack ids (profile of the app → ⋮ → "Copy member ID"), separated by commas. Files of other apps are refused.',
  ),
  REACTIONS: withDefault(z.enum(['on', 'off'], { error: 'must be on or off' }), 'on').describe(
    'Reactions on the message that shares a file: an hourglass while it waits or runs, a question mark while it waits for a decision, a tick when it is imported, a warning when it failed, an arrow when it was undone or discarded. They need the scope reactions:write.',
  ),
  CHANNELS: withDefault(channelIds, '').describe(
    'Allow-list of channels: Slack ids (channel → its name → "About", at the bottom), separated by commas. In other channels the bot only replies that it does not work there. Empty: every channel the bot is invited to.',
  ),
  QUESTIONS_PER_MINUTE: withDefault(wholeNumber(1, 100_000), '60').describe(
    'Rate limit per person and minute for commands, buttons and windows. Above it, the reply names the time to ask again.',
  ),
  PREVIEWS_PER_MINUTE: withDefault(wholeNumber(1, 100_000), '10').describe(
    'Rate limit per person and minute for previews. Each preview reads a whole file.',
  ),
  HOST: optional(
    z.string().regex(/^[\w.:%-]+$/, 'must be an address of this machine such as 127.0.0.1'),
  ).describe('Network address to listen on, such as 127.0.0.1 for this machine only. Empty: all addresses.'),
  PORT: withDefault(wholeNumber(0, 65_535), '3000').describe(
    'Port for HTTP requests of Slack, and for /healthz, /readyz and /metrics.',
  ),
  HTTPS_PROXY: optional(
    z.url({ protocol: /^https?$/, error: 'must be a web address such as http://proxy.example.com:3128' }),
  )
    .meta({ secret: true })
    .describe(
      'Proxy for everything the bot sends to Slack: Web API, files, Socket Mode. Empty: no proxy. The lower-case name works too.',
    ),
  NO_PROXY: optional(z.string()).describe(
    'Hosts that are reached without HTTPS_PROXY, divided by commas. .example.com names a whole domain.',
  ),
  SLACK_API_URL: optional(
    z
      .url({ protocol: /^https?$/, error: 'must be a web address' })
      .transform((url) => (url.endsWith('/') ? url : `${url}/`)),
  ).describe(
    'Address of another Slack Web API: https://slack-gov.com/api/ for GovSlack, or an emulated one for development. The bot also downloads files from that host.',
  ),
}

/**
 * All settings with their checks and descriptions. .env.example and the table in docs/operations.md are
 * generated from it.
 */
export const SETTINGS = {
  Slack: slackSettings,
  Database: databaseSettings,
  'How files are read': fileSettings,
  'Guard against wrong files': guardSettings,
  Summaries: digestSettings,
  Retention: retentionSettings,
  'Several processes': processSettings,
  Other: otherSettings,
} as const satisfies Record<string, z.ZodRawShape>

/** Settings of every program: the bot, the command line and the demo. */
export const coreSchema = z.object({
  ...databaseSettings,
  ...fileSettings,
  ...guardSettings,
  ...processSettings,
  ...otherSettings,
})

/** All settings of the bot. */
export const botSchema = coreSchema
  .extend(slackSettings)
  .extend(digestSettings)
  .extend(retentionSettings)
  .refine((env) => env.SLACK_APP_TOKEN !== undefined || env.SLACK_SIGNING_SECRET !== undefined, {
    path: ['SLACK_SIGNING_SECRET'],
    error: 'is missing: set it (HTTP), or set SLACK_APP_TOKEN (Socket Mode)',
    // Also if other settings are wrong: all problems are reported at once.
    when: () => true,
  })
  .refine(
    ({ CHANNELS, DIGEST_CHANNELS }) =>
      CHANNELS.length === 0 || DIGEST_CHANNELS.every((id) => CHANNELS.includes(id)),
    {
      path: ['DIGEST_CHANNELS'],
      error: 'must be among CHANNELS, or CHANNELS empty',
    },
  )

const shapes = Object.values(SETTINGS).flatMap((shape) => Object.entries<z.ZodType>(shape))

/** Names of secret settings. Each has a variant NAME_FILE with the path of a file with the value. */
export const SECRETS = shapes.flatMap(([name, schema]) =>
  z.globalRegistry.get(schema)?.secret ? [name] : [],
)

/** All names allowed in an .env file. */
export const SETTING_NAMES = [...shapes.map(([name]) => name), ...SECRETS.map((name) => `${name}_FILE`)]
