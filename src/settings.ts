import { isSupportedCountry } from 'libphonenumber-js/max'
import { z } from 'zod'
import { isKnownEncoding } from './csv/index.ts'
import { isLocale } from './locale.ts'

/** An empty setting is a missing one: that is what `KEY=` in an .env file means to people. */
const optional = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema.optional())
const required = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === '' ? undefined : value), schema)
const withDefault = <T extends z.ZodType>(schema: T, fallback: string) =>
  z
    .preprocess((value) => (value === '' || value === undefined ? fallback : value), schema)
    .meta({ default: fallback })

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, 'must be a whole number')
    .transform(Number)
    .refine((n) => n >= least && n <= most, `must be between ${least} and ${most}`)

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
    'must be Slack ids of channels such as C012AB3CD, divided by commas',
  )

const databaseSettings = {
  MONGODB_URI: optional(
    z.string().regex(/^mongodb(\+srv)?:\/\/.+/, 'must begin with mongodb:// or mongodb+srv://'),
  )
    .meta({ secret: true })
    .describe(
      'A MongoDB server, 5.0 or newer, with the name of the database: mongodb://host:27017/customer-uploads. With a user, add ?authSource=admin unless the user was created in that database; @ in a password is %40. Empty: an embedded server keeps its data under DATA_DIR.',
    ),
  DATA_DIR: withDefault(z.string(), './data').describe('Where the embedded server keeps its data.'),
}

const fileSettings = {
  DEFAULT_REGION: withDefault(
    z
      .string()
      .transform((s) => s.toUpperCase())
      .refine((s) => isSupportedCountry(s), 'must be a two-letter country code such as IN'),
    'IN',
  ).describe('Country of a phone number that names none: two letters, ISO 3166.'),
  DATE_ORDER: withDefault(
    z.enum(['day_first', 'month_first'], { error: 'must be day_first or month_first' }),
    'day_first',
  ).describe(
    'How 03/04/2026 is read where nothing else in the column tells, and how 3/4 is read in a command: day_first or month_first.',
  ),
  CLEAR_WORD: withDefault(z.string().min(2, 'must have at least two characters'), '#CLEAR').describe(
    'The cell that empties a field on purpose. A blank cell never does. In .env in quotes: a # begins a comment there.',
  ),
  DUMMY_PHONES: z
    .preprocess((value) => value ?? '', z.string())
    .transform((text) => text.split(/[,;]/).flatMap((one) => (one.trim() === '' ? [] : [one.trim()])))
    .refine((numbers) => numbers.every((one) => /^-?\s*\+?[\d\s()-]{4,24}$/.test(one)), {
      error: 'must be phone numbers with commas between, as in 9876500000, -7777777777',
    })
    .describe(
      'Phone numbers that people type where they have none, with commas between: rows with one are not used. One digit repeated and 1234567890 always are; with a minus in front, as in -7777777777, a number is not.',
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
    'More words that stand for an empty cell, divided by commas, besides NULL, N/A and the like. With ! in front: a word that is a value, as in !Null.',
  ),
  FALLBACK_ENCODING: optional(
    z.string().refine(isKnownEncoding, 'must be a text encoding such as windows-1252'),
  ).describe(
    'Text encoding of files that are not Unicode, such as windows-1252. Empty: each file is judged by its bytes, and where they do not tell, the bot asks.',
  ),
  MAX_FILE_MB: withDefault(wholeNumber(1, 100_000), '512').describe('Largest file, in MB.'),
  MAX_ROWS: withDefault(wholeNumber(1, 100_000_000), '1048576').describe('Most rows of one file.'),
  MAX_COLUMNS: withDefault(wholeNumber(1, 10_000), '500').describe('Most columns of one file.'),
  // A row is at most twice what two cells hold, or 1,048,576 characters: with its changes it has to fit into 16 MB.
  MAX_CELL_LENGTH: withDefault(wholeNumber(10, 250_000), '50000').describe(
    'Most characters of one cell, up to 250,000; a row with a longer one cannot be used.',
  ),
  MAX_INVALID_PERCENT: withDefault(wholeNumber(1, 100), '80').describe(
    'Share of the first rows that may be unusable, in percent: a file with more is turned away before anything is written.',
  ),
  FIELDS_FILE: optional(z.string()).describe(
    'A field catalogue of your own, as in examples/fields.yml (docs/csv-format.md says more).',
  ),
}

const guardSettings = {
  GUARD: withDefault(z.enum(['on', 'off'], { error: 'must be on or off' }), 'on').describe(
    'Whether a file that looks like the wrong one is held, before its first row is written, with the reason and two buttons: on or off. Its first rows (at most 200) are judged against what is stored.',
  ),
  GUARD_PERCENT: withDefault(wholeNumber(1, 100), '60').describe(
    "From which share on, in percent: of the rows that cannot be used; of the known customers who would get somebody else's name, all amounts changed or moved, or values back that a later file has replaced; of the rows that share a phone with a row of another name or loan number.",
  ),
  GUARD_FEWEST: withDefault(wholeNumber(1, 200), '5').describe(
    'Fewer rows or known customers than this prove nothing.',
  ),
  GUARD_SAME_FILE: withDefault(z.enum(['tell', 'hold'], { error: 'must be tell or hold' }), 'tell').describe(
    'A file that was uploaded before, byte for byte: tell (it is named in the receipt) or hold.',
  ),
}

const TIME = /^(?:([a-z]+) )?([01]?\d|2[0-3]):([0-5]\d)$/
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']

/** `09:00` or `monday 09:00`, in any case; `off` is no time at all. */
const timeSetting = (hasWeekday: boolean, fallback: string) => {
  const say = `must be a time such as ${fallback}, or off`
  return withDefault(
    z.string().transform((text, context) => {
      const words = text.trim().toLowerCase().replace(/\s+/g, ' ')
      const [, name, hour, minute] = TIME.exec(words) ?? []
      const weekday = WEEKDAYS.indexOf(name ?? '')
      if (words === 'off') return undefined
      if (hour === undefined || (hasWeekday ? weekday < 0 : name !== undefined)) {
        context.addIssue({ code: 'custom', message: say })
        return z.NEVER
      }
      return { hour: Number(hour), minute: Number(minute), ...(hasWeekday && { weekday }) }
    }),
    fallback,
  )
}

const digestSettings = {
  DIGEST_CHANNELS: withDefault(channelIds, '').describe(
    'Channels that get the summaries: Slack ids (channel → its name → "About", at the bottom), divided by commas. Empty: nobody does. The bot has to be in them. A summary names files, people and problems of all channels: choose channels whose members may read that.',
  ),
  DIGEST_DAILY: timeSetting(false, '09:00').describe(
    'When the summary of the day before comes, in the time zone of the team; or off.',
  ),
  DIGEST_WEEKLY: timeSetting(true, 'monday 09:00').describe(
    'When the summary of the seven days before comes; or off.',
  ),
  DIGEST_STALE_DAYS: withDefault(wholeNumber(1, 3_650), '30').describe(
    'Summaries say how many customers were in no file for this many days.',
  ),
}

const retentionSettings = {
  RETENTION_DAYS: optional(wholeNumber(1, 36_500)).describe(
    'After this many days the values in the rows of a file are removed: what its cells held, and what fields were and became. Counts, and who changed which field when, stay; such a file can no longer be undone. Empty: everything is kept.',
  ),
}

const processSettings = {
  LEASE_SECONDS: withDefault(wholeNumber(2, 3_600), '30').describe(
    'Seconds after its last sign of life until another process takes over the upload of one that died.',
  ),
}

const otherSettings = {
  TIME_ZONE: withDefault(
    z.string().refine(isTimeZone, 'must be a time zone such as Asia/Kolkata'),
    'Asia/Kolkata',
  ).describe("The team's time zone, as in Asia/Kolkata: where its days begin and end."),
  LOCALE: withDefault(
    z.string().refine(isLocale, 'must be a language and country such as en-IN'),
    'en-IN',
  ).describe('How numbers and amounts are written, as in en-IN: 1,20,000.'),
  LOG_LEVEL: withDefault(
    z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'], {
      error: 'must be trace, debug, info, warn, error or silent',
    }),
    'info',
  ).describe('How much is logged: trace, debug, info, warn, error or silent.'),
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
      '"App-Level Token" with connections:write, under "Basic Information". Set: Socket Mode, no public address needed.',
    ),
  SLACK_SIGNING_SECRET: optional(z.string().min(8, 'is too short'))
    .meta({ secret: true })
    .describe(
      '"Signing Secret" under "Basic Information". Required for HTTP, that is when SLACK_APP_TOKEN is empty.',
    ),
  ADMINS: withDefault(
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((id) => id !== ''))
      .refine(
        (ids) => ids.every((id) => /^[UW][A-Z0-9]+$/.test(id)),
        'must be Slack ids of people such as U012AB3CD, divided by commas',
      ),
    '',
  ).describe(
    'Admins of the bot: they may undo what others uploaded, export the customers, have a person forgotten, and change or forget a phone column that others chose. Slack ids (profile → ⋮ → "Copy member ID"), divided by commas.',
  ),
  BOT_SHARERS: withDefault(
    z
      .string()
      .transform((text) => text.split(/[\s,]+/).filter((id) => id !== ''))
      .refine(
        (ids) => ids.every((id) => /^[UWB][A-Z0-9]+$/.test(id)),
        'must be Slack ids of apps such as U012AB3CD or B012AB3CD, divided by commas',
      ),
    '',
  ).describe(
    'Apps and workflows whose files are imported as a member\'s are: Slack ids (profile of the app → ⋮ → "Copy member ID"), divided by commas. Files of all others are refused.',
  ),
  REACTIONS: withDefault(z.enum(['on', 'off'], { error: 'must be on or off' }), 'on').describe(
    'Reactions on the message that shares a file: an hourglass while it waits or runs, a question mark while it waits for a decision, a tick when it is imported, a warning when it failed, an arrow when it was undone or discarded. They need the scope reactions:write.',
  ),
  CHANNELS: withDefault(channelIds, '').describe(
    'The only channels the bot works in: Slack ids (channel → its name → "About", at the bottom), divided by commas. In others it says so, imports nothing and answers nothing. Empty: every channel it is invited to.',
  ),
  QUESTIONS_PER_MINUTE: withDefault(wholeNumber(1, 100_000), '60').describe(
    'How often one person may ask in a minute, by commands, buttons and windows. Whoever asks more is told when to ask again.',
  ),
  PREVIEWS_PER_MINUTE: withDefault(wholeNumber(1, 100_000), '10').describe(
    'How many previews one person may ask for in a minute: each reads a whole file.',
  ),
  HOST: optional(
    z.string().regex(/^[\w.:%-]+$/, 'must be an address of this machine such as 127.0.0.1'),
  ).describe(
    'Address on which PORT is listened on, such as 127.0.0.1 for this machine alone. Empty: every address.',
  ),
  PORT: withDefault(wholeNumber(0, 65_535), '3000').describe(
    'Port for HTTP, and for /healthz, /readyz and /metrics.',
  ),
  SLACK_API_URL: optional(z.url({ protocol: /^https?$/, error: 'must be a web address' })).describe(
    "Another address of Slack's Web API, for development only. That host may then serve files, too.",
  ),
}

/**
 * Every setting there is, in the order and under the headings people read them in. What a setting is for is said where
 * it is checked, and nowhere else: .env.example and the table of docs/operations.md are made from this.
 */
export const SETTINGS = {
  Slack: slackSettings,
  Database: databaseSettings,
  'How files are read': fileSettings,
  'The guard against the wrong file': guardSettings,
  Summaries: digestSettings,
  'How long values are kept': retentionSettings,
  'Several processes': processSettings,
  'The rest': otherSettings,
} as const satisfies Record<string, z.ZodRawShape>

/** Those every entry needs: the bot, the CLI, the demo. */
export const coreSchema = z.object({
  ...databaseSettings,
  ...fileSettings,
  ...guardSettings,
  ...processSettings,
  ...otherSettings,
})

/** Those of the bot. */
export const botSchema = coreSchema
  .extend(slackSettings)
  .extend(digestSettings)
  .extend(retentionSettings)
  .refine((env) => env.SLACK_APP_TOKEN !== undefined || env.SLACK_SIGNING_SECRET !== undefined, {
    path: ['SLACK_SIGNING_SECRET'],
    error: 'is missing: set it (HTTP), or set SLACK_APP_TOKEN (Socket Mode)',
    // Also when other settings are wrong: every problem is named at once.
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

/** Settings whose value nobody may see; each may stand in a file, too. */
export const SECRETS = shapes.flatMap(([name, schema]) =>
  z.globalRegistry.get(schema)?.secret ? [name] : [],
)

/** Every name that a file of settings may have. */
export const SETTING_NAMES = [...shapes.map(([name]) => name), ...SECRETS.map((name) => `${name}_FILE`)]
