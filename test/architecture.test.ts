import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** A folder with an `index.ts`, or a single file at the top of `src`, `commands` or `src/slack`. */
interface Part {
  readonly path: string
  readonly mayImport: readonly string[]
  /** Parts from which it may import types only. */
  readonly mayKnow?: readonly string[]
  readonly packages?: readonly string[]
}

/** The allowed imports, in the order of the data flow. `node:` modules are always allowed. */
const PARTS: readonly Part[] = [
  { path: 'src/errors.ts', mayImport: ['src/driver-error.ts', 'src/error-texts'] },
  { path: 'src/group-by.ts', mayImport: [] },
  { path: 'src/locale.ts', mayImport: [] },
  {
    path: 'src/settings',
    mayImport: ['src/errors.ts', 'src/locale.ts', 'src/csv'],
    packages: ['libphonenumber-js', 'zod'],
  },
  { path: 'src/retry.ts', mayImport: [], packages: ['p-retry'] },
  {
    path: 'src/customers/fields',
    mayImport: ['src/errors.ts', 'src/customers/fields/defaults', 'src/phone-words.ts'],
    mayKnow: ['src/row-problems.ts'],
    packages: ['yaml', 'zod'],
  },
  { path: 'src/customers/fields/defaults', mayImport: [], mayKnow: ['src/customers/fields'] },
  {
    path: 'src/customers/cells',
    mayImport: ['src/customers/cells/calendars'],
    mayKnow: ['src/customers/fields', 'src/row-problems.ts'],
    packages: ['zod'],
  },
  { path: 'src/customers/cells/calendars', mayImport: [] },
  {
    path: 'src/customers/headings',
    mayImport: ['src/customers/fields', 'src/phone-words.ts'],
    mayKnow: ['src/customers/columns'],
  },
  {
    path: 'src/customers/phones',
    mayImport: ['src/customers/cells', 'src/customers/headings', 'src/phone-words.ts'],
    packages: ['libphonenumber-js'],
  },
  {
    path: 'src/customers/columns',
    mayImport: [
      'src/customers/fields',
      'src/customers/cells',
      'src/customers/headings',
      'src/customers/phones',
    ],
  },
  {
    path: 'src/customers/rows',
    mayImport: [
      'src/customers/fields',
      'src/customers/cells',
      'src/customers/headings',
      'src/customers/phones',
      'src/customers/columns',
    ],
    mayKnow: ['src/row-problems.ts'],
  },
  { path: 'src/xlsx/bounds', mayImport: ['src/errors.ts'] },
  {
    path: 'src/xlsx',
    mayImport: [
      'src/errors.ts',
      'src/xlsx/bounds',
      'src/xlsx/sheet',
      'src/xlsx/write',
      'src/xlsx/xml',
      'src/xlsx/numbers',
    ],
    mayKnow: ['src/error-texts'],
    packages: ['yauzl'],
  },
  { path: 'src/xlsx/numbers', mayImport: [] },
  {
    path: 'src/xlsx/sheet',
    mayImport: ['src/xlsx/bounds', 'src/xlsx/xml', 'src/xlsx/numbers', 'src/missing-cell.ts'],
  },
  { path: 'src/xlsx/write', mayImport: ['src/xlsx/bounds', 'src/missing-cell.ts'], packages: ['yazl'] },
  { path: 'src/xlsx/xml', mayImport: ['src/xlsx/bounds'] },
  {
    path: 'src/csv',
    mayImport: [
      'src/errors.ts',
      'src/locale.ts',
      'src/csv/detect',
      'src/csv/records',
      'src/csv/bytes',
      'src/csv/write',
      'src/encoding-names.ts',
    ],
    mayKnow: ['src/row-problems.ts', 'src/error-texts'],
  },
  { path: 'src/csv/bytes', mayImport: ['src/errors.ts'], mayKnow: ['src/csv'], packages: ['iconv-lite'] },
  { path: 'src/csv/detect', mayImport: ['src/csv/records', 'src/phone-words.ts'], mayKnow: ['src/csv'] },
  {
    path: 'src/csv/records',
    mayImport: ['src/locale.ts', 'src/missing-cell.ts'],
    mayKnow: ['src/csv', 'src/row-problems.ts'],
    packages: ['csv-parse'],
  },
  { path: 'src/csv/write', mayImport: [] },
  {
    path: 'models',
    mayImport: ['src/errors.ts'],
    mayKnow: ['src/customers/fields', 'src/row-problems.ts'],
    packages: ['mongoose'],
  },
  {
    path: 'src/database',
    mayImport: [
      'src/errors.ts',
      'src/database/documentdb',
      'src/database/process',
      'src/server-facts.ts',
      'src/private-files',
    ],
    mayKnow: ['src/error-texts'],
    packages: ['mongodb-memory-server', 'mongoose', 'zod'],
  },
  {
    path: 'src/database/documentdb',
    mayImport: ['src/errors.ts', 'src/database/process', 'src/database/gateway', 'src/private-files'],
    mayKnow: ['src/error-texts'],
    packages: ['pg'],
  },
  {
    path: 'src/database/gateway',
    mayImport: ['src/retry.ts', 'src/database/gateway/wire'],
    packages: ['bson', 'pg'],
  },
  { path: 'src/database/gateway/wire', mayImport: [] },
  { path: 'src/database/process', mayImport: ['src/errors.ts'] },
  {
    path: 'src/uploads/rows',
    mayImport: ['models', 'src/raw-documents'],
    mayKnow: ['src/customers/fields'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/lease',
    mayImport: ['src/errors.ts', 'src/retry.ts', 'models', 'src/uploads/rows'],
    mayKnow: ['src/csv'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/apply',
    mayImport: [
      'src/errors.ts',
      'src/group-by.ts',
      'src/customers/fields',
      'models',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/history',
      'src/raw-documents',
      'src/uploads/names',
      'src/uploads/search-blocks',
      'src/uploads/second-phones',
      'src/uploads/results',
      'src/chunk-by.ts',
      'src/server-facts.ts',
    ],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/history',
    mayImport: ['src/group-by.ts', 'src/uploads/rows'],
    mayKnow: ['src/customers/fields', 'models'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/guard',
    mayImport: [
      'src/errors.ts',
      'models',
      'src/uploads/rows',
      'src/uploads/apply',
      'src/uploads/results',
      'src/uploads/second-phones',
    ],
    mayKnow: ['src/customers/fields'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/import',
    mayImport: [
      'src/errors.ts',
      'src/locale.ts',
      'src/customers/fields',
      'src/customers/cells',
      'src/customers/columns',
      'src/customers/rows',
      'src/uploads/lease',
      'src/uploads/apply',
      'src/uploads/guard',
      'src/uploads/answers',
      'src/uploads/columns',
      'src/lists',
      'src/row-problems.ts',
      'src/customers/mapping',
      'src/uploads/readings',
      'src/uploads/results',
      'src/uploads/second-phones',
    ],
    mayKnow: ['src/csv', 'models'],
  },
  {
    path: 'src/uploads/undo',
    mayImport: [
      'src/errors.ts',
      'src/group-by.ts',
      'models',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/apply',
      'src/uploads/history',
      'src/uploads/retention',
      'src/uploads/names',
      'src/uploads/search-blocks',
      'src/chunk-by.ts',
      'src/uploads/results',
      'src/raw-documents',
      'src/server-facts.ts',
    ],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/retention',
    mayImport: [
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/answers',
      'src/uploads/names',
      'src/uploads/results',
      'src/uploads/search-blocks',
    ],
    mayKnow: ['models'],
  },
  {
    path: 'src/uploads/record-kinds',
    mayImport: [
      'src/errors.ts',
      'src/group-by.ts',
      'models',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/apply',
      'src/uploads/history',
      'src/uploads/retention',
      'src/uploads/results',
    ],
    mayKnow: ['src/customers/fields'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/forget',
    mayImport: [
      'src/errors.ts',
      'src/customers/cells',
      'src/customers/phones',
      'models',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/names',
      'src/uploads/search-blocks',
    ],
    mayKnow: ['src/customers/fields'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/queries',
    mayImport: [
      'src/group-by.ts',
      'src/customers/columns',
      'src/csv',
      'models',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/names',
      'src/uploads/search-blocks',
      'src/uploads/results',
    ],
    mayKnow: ['src/errors.ts'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/worker',
    mayImport: [
      'src/errors.ts',
      'src/locale.ts',
      'src/retry.ts',
      'models',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/apply',
      'src/uploads/guard',
      'src/uploads/import',
      'src/uploads/undo',
      'src/uploads/record-kinds',
      'src/uploads/forget',
      'src/uploads/columns',
      'src/uploads/results',
    ],
    packages: ['mongoose'],
  },
  {
    path: 'src/stores',
    mayImport: ['models', 'src/uploads/lease'],
    mayKnow: ['src/uploads/queries'],
    packages: ['mongoose'],
  },
  {
    path: 'src/migrations',
    mayImport: [
      'src/errors.ts',
      'src/customers/columns',
      'models',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/results',
      'src/uploads/names',
    ],
    packages: ['mongoose'],
  },
  { path: 'commands/text', mayImport: ['src/customers/cells', 'src/edit-distance.ts'] },
  {
    path: 'commands/reply',
    mayImport: ['src/locale.ts', 'src/customers/phones', 'commands/text'],
    mayKnow: ['src/errors.ts', 'src/settings', 'src/customers/fields', 'models', 'src/stores'],
  },
  {
    path: 'commands/access',
    mayImport: [
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/history',
      'src/uploads/queries',
      'commands/reply',
    ],
    mayKnow: ['models'],
    packages: ['mongoose'],
  },
  { path: 'commands/plain', mayImport: ['src/customers/cells', 'commands/reply'] },
  {
    path: 'commands/receipts',
    mayImport: [
      'src/customers/phones',
      'models',
      'src/uploads/rows',
      'src/uploads/guard',
      'src/uploads/undo',
      'src/uploads/queries',
      'commands/reply',
      'commands/access',
      'commands/forms',
      'commands/questions',
      'commands/reading',
      'src/row-problems.ts',
    ],
    mayKnow: ['src/customers/fields', 'src/uploads/forget'],
  },
  {
    path: 'commands/customer',
    mayImport: [
      'src/customers/phones',
      'src/uploads/rows',
      'src/uploads/history',
      'src/uploads/forget',
      'src/uploads/queries',
      'commands/text',
      'commands/reply',
      'commands/access',
      'commands/receipts',
      'commands/forms',
    ],
    mayKnow: ['src/customers/fields', 'models'],
    packages: ['mongoose'],
  },
  {
    path: 'commands/customer-lists',
    mayImport: [
      'src/locale.ts',
      'src/uploads/forget',
      'commands/text',
      'commands/reply',
      'commands/receipts',
      'src/uploads/filters',
      'commands/filter',
      'commands/forms',
      'src/lists',
      'src/private-files',
    ],
    mayKnow: ['models'],
  },
  {
    path: 'commands/digest',
    mayImport: ['src/uploads/queries', 'commands/text', 'commands/reply', 'commands/receipts'],
    mayKnow: ['models'],
  },
  {
    path: 'commands/uploads',
    mayImport: [
      'src/customers/phones',
      'models',
      'src/uploads/history',
      'src/uploads/guard',
      'src/uploads/import',
      'src/uploads/undo',
      'src/uploads/queries',
      'src/uploads/worker',
      'commands/text',
      'commands/reply',
      'commands/access',
      'commands/receipts',
      'commands/customer',
      'commands/customer-lists',
      'commands/digest',
      'commands/forms',
      'src/uploads/comparison',
      'src/uploads/second-phones',
      'src/lists',
      'src/uploads/results',
      'commands/columns',
    ],
    mayKnow: ['src/customers/fields', 'src/uploads/rows'],
  },
  {
    path: 'commands/home',
    mayImport: [
      'src/group-by.ts',
      'src/uploads/import',
      'src/uploads/undo',
      'src/uploads/queries',
      'src/uploads/worker',
      'commands/text',
      'commands/reply',
      'commands/access',
      'commands/receipts',
      'commands/customer-lists',
      'commands/digest',
      'commands/uploads',
    ],
    mayKnow: ['src/settings', 'models'],
  },
  {
    path: 'commands/actions',
    mayImport: [
      'src/uploads/worker',
      'commands/reply',
      'commands/access',
      'commands/receipts',
      'commands/customer',
      'commands/customer-lists',
      'commands/digest',
      'commands/uploads',
      'commands/home',
      'commands/columns',
      'src/uploads/answers',
      'commands/questions',
    ],
    mayKnow: ['models'],
  },
  {
    path: 'commands/index.ts',
    mayImport: [
      'commands/text',
      'commands/reply',
      'commands/access',
      'commands/customer',
      'commands/uploads',
      'commands/forms',
    ],
  },
  {
    path: 'src/slack/transport',
    mayImport: ['src/errors.ts', 'src/retry.ts'],
    mayKnow: ['src/uploads/lease'],
    packages: ['@slack/bolt', '@slack/web-api', 'lru-cache', 'undici', 'zod'],
  },
  { path: 'src/slack/render', mayImport: ['commands/reply', 'commands/plain'], packages: ['@slack/types'] },
  {
    path: 'src/slack/access',
    mayImport: [
      'src/errors.ts',
      'src/uploads/lease',
      'commands/reply',
      'commands/access',
      'commands/home',
      'src/slack/transport',
    ],
    mayKnow: ['src/stores', 'commands/index.ts', 'src/slack/messages'],
    packages: ['@slack/web-api', 'lru-cache'],
  },
  {
    path: 'src/slack/files',
    mayImport: [
      'src/errors.ts',
      'src/retry.ts',
      'src/csv',
      'src/uploads/import',
      'commands/reply',
      'src/slack/transport',
      'src/slack/render',
      'src/slack/access',
      'src/lists',
      'src/private-files',
    ],
    mayKnow: ['models', 'src/uploads/lease', 'src/uploads/queries', 'src/stores', 'commands/index.ts'],
    packages: ['@slack/web-api'],
  },
  {
    path: 'src/slack/messages',
    mayImport: [
      'src/errors.ts',
      'src/retry.ts',
      'commands/reply',
      'commands/receipts',
      'commands/home',
      'src/slack/transport',
      'src/slack/render',
      'src/slack/access',
      'src/slack/files',
      'commands/questions',
    ],
    mayKnow: ['src/uploads/lease', 'src/uploads/worker', 'src/stores', 'commands/digest'],
    packages: ['@slack/web-api', 'lru-cache'],
  },
  {
    path: 'src/slack/listeners',
    mayImport: [
      'src/errors.ts',
      'src/retry.ts',
      'src/uploads/lease',
      'src/uploads/import',
      'src/uploads/forget',
      'src/uploads/queries',
      'commands/reply',
      'commands/access',
      'commands/customer',
      'commands/home',
      'commands/index.ts',
      'src/slack/transport',
      'src/slack/render',
      'src/slack/access',
      'src/slack/files',
      'src/slack/messages',
      'src/slack/answers',
      'src/slack/windows',
      'commands/columns',
    ],
    mayKnow: ['models', 'src/uploads/worker', 'commands/actions'],
    packages: ['@slack/bolt', '@slack/web-api'],
  },
  {
    path: 'src/slack/answers',
    mayImport: [
      'src/errors.ts',
      'src/retry.ts',
      'src/uploads/forget',
      'src/slack/transport',
      'src/slack/render',
    ],
    mayKnow: ['src/stores', 'commands/reply', 'src/slack/access', 'src/slack/messages'],
    packages: ['@slack/bolt', '@slack/web-api'],
  },
  {
    path: 'src/slack/slack-app.ts',
    mayImport: [
      'src/uploads/lease',
      'src/stores',
      'src/slack/transport',
      'src/slack/access',
      'src/slack/files',
      'src/slack/messages',
      'src/slack/listeners',
      'src/slack/upload-replies.ts',
      'src/slack/windows',
    ],
    mayKnow: [
      'src/uploads/worker',
      'commands/digest',
      'commands/home',
      'commands/actions',
      'commands/index.ts',
    ],
  },
  {
    path: 'src/slack/upload-replies.ts',
    mayImport: [
      'src/uploads/import',
      'src/uploads/queries',
      'src/uploads/worker',
      'src/stores',
      'commands/receipts',
      'src/slack/files',
      'src/slack/messages',
      'src/uploads/answers',
      'src/uploads/results',
    ],
    mayKnow: ['src/uploads/lease', 'src/slack/access', 'src/slack/listeners'],
    packages: ['@slack/web-api'],
  },
  {
    path: 'src/slack/windows',
    mayImport: [
      'src/errors.ts',
      'commands/home',
      'src/slack/transport',
      'src/slack/render',
      'src/slack/files',
    ],
    mayKnow: ['src/uploads/lease', 'src/stores', 'commands/reply', 'commands/actions', 'src/slack/messages'],
    packages: ['@slack/bolt', '@slack/types', '@slack/web-api', 'zod'],
  },
  {
    path: 'src/jobs',
    mayImport: ['src/errors.ts', 'src/retry.ts', 'src/stores', 'commands/digest'],
    mayKnow: ['src/uploads/lease', 'src/uploads/queries', 'src/uploads/worker', 'commands/reply'],
    packages: ['node-cron'],
  },
  {
    path: 'src/cli',
    mayImport: [
      'src/errors.ts',
      'src/locale.ts',
      'src/settings',
      'src/customers/fields',
      'src/customers/phones',
      'models',
      'src/database',
      'src/uploads/guard',
      'src/uploads/import',
      'src/uploads/worker',
      'src/migrations',
      'commands/plain',
      'commands/receipts',
      'src/slack/transport',
      'src/slack/render',
      'src/slack/access',
      'src/slack/files',
      'src/cli/restore',
      'src/cli/record-kinds',
      'src/cli/progress',
      'src/terminal',
      'src/server-facts.ts',
      'src/private-files',
      'src/encoding-names.ts',
      'src/lists',
      'src/uploads/results',
    ],
    mayKnow: ['commands/reply'],
    packages: ['@slack/web-api', 'yaml'],
  },
  {
    path: 'src/cli/progress',
    mayImport: ['src/errors.ts', 'src/retry.ts', 'src/uploads/worker', 'commands/reply', 'src/terminal'],
    mayKnow: ['models', 'src/uploads/lease'],
    packages: ['cli-progress'],
  },
  {
    path: 'src/cli/record-kinds',
    mayImport: [
      'src/customers/phones',
      'models',
      'src/database',
      'src/uploads/rows',
      'src/uploads/import',
      'src/uploads/record-kinds',
      'src/uploads/worker',
      'src/migrations',
      'commands/reply',
      'commands/plain',
      'commands/receipts',
      'src/cli/progress',
      'src/terminal',
    ],
    mayKnow: ['src/settings'],
  },
  {
    path: 'src/cli/restore',
    mayImport: ['src/errors.ts', 'models', 'src/database', 'src/terminal'],
    mayKnow: ['src/settings'],
  },
  {
    path: 'src/app.ts',
    mayImport: [
      'src/errors.ts',
      'src/locale.ts',
      'models',
      'src/uploads/import',
      'src/uploads/retention',
      'src/uploads/queries',
      'src/uploads/worker',
      'src/stores',
      'src/migrations',
      'commands/home',
      'commands/actions',
      'commands/index.ts',
      'src/slack/slack-app.ts',
      'src/jobs',
      'src/monitoring',
      'src/private-files',
      'src/uploads/names',
    ],
    mayKnow: ['src/settings', 'src/customers/fields', 'src/uploads/lease'],
    packages: ['mongoose'],
  },
  {
    path: 'src/main.ts',
    mayImport: [
      'src/errors.ts',
      'src/settings',
      'src/customers/fields',
      'src/database',
      'src/uploads/lease',
      'src/app.ts',
      'src/monitoring',
      'src/terminal',
    ],
  },
  { path: 'dev/faults', mayImport: [], mayKnow: ['dev/slack'] },
  { path: 'dev/slack', mayImport: ['dev/strict'], mayKnow: ['dev/workspace'], packages: ['emulate', 'yaml'] },
  {
    path: 'dev/page',
    mayImport: ['src/slack/files', 'dev/slack', 'dev/page/blocks'],
    mayKnow: ['dev/workspace'],
    packages: ['yaml'],
  },
  { path: 'dev/page/blocks', mayImport: ['dev/slack'], mayKnow: ['dev/workspace'] },
  { path: 'dev/workspace', mayImport: ['dev/slack'], mayKnow: ['dev/strict'] },
  {
    path: 'dev/demo',
    mayImport: [
      'src/errors.ts',
      'src/settings',
      'models',
      'src/database',
      'commands/home',
      'src/slack/files',
      'dev/faults',
      'dev/slack',
      'dev/page',
      'dev/workspace',
      'src/private-files',
      'src/terminal',
    ],
    packages: ['mongoose'],
  },
  {
    path: 'dev/docs',
    mayImport: [
      'src/settings',
      'src/customers/fields',
      'src/database',
      'src/slack/transport',
      'dev/page',
      'dev/workspace',
      'dev/demo',
      'commands/forms',
      'src/terminal',
      'src/private-files',
    ],
    packages: ['playwright-core', 'yaml', 'zod'],
  },
  {
    path: 'commands/columns',
    mayImport: [
      'src/errors.ts',
      'src/customers/fields',
      'src/customers/columns',
      'src/uploads/undo',
      'commands/reply',
      'commands/access',
      'commands/receipts',
      'commands/reading',
      'src/uploads/answers',
      'src/uploads/columns',
    ],
    mayKnow: ['models'],
  },
  {
    path: 'commands/filter',
    mayImport: ['src/locale.ts', 'src/customers/cells', 'commands/text', 'src/uploads/filters'],
    mayKnow: ['src/customers/fields'],
  },
  {
    path: 'commands/forms',
    mayImport: [
      'src/customers/cells',
      'src/customers/phones',
      'src/uploads/rows',
      'commands/text',
      'commands/filter',
      'src/uploads/filters',
    ],
  },
  {
    path: 'commands/questions',
    mayImport: [
      'src/customers/phones',
      'commands/reply',
      'src/encoding-names.ts',
      'commands/reading',
      'src/uploads/readings',
    ],
    mayKnow: ['models'],
  },
  {
    path: 'commands/reading',
    mayImport: ['src/customers/fields', 'src/customers/phones', 'commands/reply', 'src/encoding-names.ts'],
    mayKnow: ['models'],
  },
  { path: 'dev/strict', mayImport: [], mayKnow: ['dev/slack'], packages: ['zod'] },
  { path: 'src/chunk-by.ts', mayImport: [] },
  {
    path: 'src/customers/mapping',
    mayImport: [
      'src/customers/fields',
      'src/customers/cells',
      'src/customers/headings',
      'src/customers/phones',
      'src/customers/columns',
    ],
  },
  { path: 'src/driver-error.ts', mayImport: [] },
  { path: 'src/edit-distance.ts', mayImport: [] },
  { path: 'src/encoding-names.ts', mayImport: [] },
  { path: 'src/error-texts', mayImport: [] },
  {
    path: 'src/lists',
    mayImport: [
      'src/errors.ts',
      'src/locale.ts',
      'src/xlsx',
      'src/csv',
      'src/missing-cell.ts',
      'src/private-files',
    ],
    mayKnow: ['src/row-problems.ts', 'src/error-texts'],
  },
  { path: 'src/missing-cell.ts', mayImport: [] },
  { path: 'src/monitoring', mayImport: [], mayKnow: ['src/errors.ts'], packages: ['pino', 'prom-client'] },
  { path: 'src/phone-words.ts', mayImport: [] },
  { path: 'src/private-files', mayImport: [] },
  { path: 'src/raw-documents', mayImport: [], packages: ['mongoose'] },
  { path: 'src/row-problems.ts', mayImport: [] },
  { path: 'src/server-facts.ts', mayImport: [], packages: ['mongoose'] },
  { path: 'src/terminal', mayImport: ['src/errors.ts', 'src/error-texts'] },
  {
    path: 'src/uploads/answers',
    mayImport: [
      'src/errors.ts',
      'src/customers/fields',
      'src/customers/columns',
      'models',
      'src/uploads/lease',
      'src/stores',
    ],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/columns',
    mayImport: ['src/customers/cells', 'src/customers/phones', 'models', 'src/uploads/lease'],
    mayKnow: ['src/customers/fields', 'src/uploads/readings', 'src/lists'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/comparison',
    mayImport: ['src/uploads/rows', 'src/private-files', 'src/lists'],
    mayKnow: ['src/customers/fields', 'models'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/filters',
    mayImport: [
      'src/csv',
      'models',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/history',
      'src/uploads/queries',
      'src/lists',
      'src/uploads/names',
    ],
    mayKnow: ['src/customers/fields'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/names',
    mayImport: ['src/uploads/rows', 'src/edit-distance.ts', 'src/uploads/search-blocks'],
    mayKnow: ['models'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/readings',
    mayImport: [
      'src/errors.ts',
      'src/customers/fields',
      'src/customers/phones',
      'src/customers/columns',
      'src/uploads/rows',
      'src/uploads/lease',
      'src/uploads/apply',
      'src/uploads/guard',
      'src/customers/mapping',
    ],
    mayKnow: ['models', 'src/lists', 'src/row-problems.ts'],
  },
  {
    path: 'src/uploads/results',
    mayImport: ['src/locale.ts', 'src/uploads/rows'],
    mayKnow: ['src/customers/fields', 'models'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/search-blocks',
    mayImport: ['src/errors.ts', 'models', 'src/uploads/rows'],
    packages: ['mongoose'],
  },
  {
    path: 'src/uploads/second-phones',
    mayImport: ['src/customers/fields', 'src/csv', 'src/uploads/rows'],
    mayKnow: ['models'],
    packages: ['mongoose'],
  },
]

/** Where an error is shown, logged or stored: the Slack side, then the worker, the jobs and the programs. */
const BOUNDARIES = [
  'src/slack/listeners/',
  'src/slack/windows/',
  'src/slack/access/authorize.ts',
  'src/slack/messages/reactions.ts',
  'src/slack/transport/bolt-app.ts',
  'src/uploads/worker/',
  'src/jobs/',
  'src/cli/',
  'src/app.ts',
  'src/main.ts',
  'src/database/',
  'dev/',
]

/** Folders whose files are found by the name of their collection or migration. */
const UNLIMITED = ['models', 'src/migrations']
const MAX_FILES = 14

interface Import {
  readonly from: string
  readonly to: string
  /** Types vanish in the built program, so they cannot form a circle. */
  readonly isType: boolean
}

const files = ['src', 'commands', 'models', 'dev'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
)
const known = new Set(files)
const imports = files.flatMap(importsOf)

function importsOf(from: string): Import[] {
  const text = readFileSync(join(ROOT, from), 'utf8')
  const found = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[\w*{][\w\s{},*]*?\sfrom\s+)?'([^']+)'/gm)
  return [...found].map(([, type, specifier = '']) => ({
    from,
    to: specifier.startsWith('.')
      ? relative(ROOT, join(ROOT, dirname(from), specifier)).replaceAll('\\', '/')
      : specifier,
    isType: type !== undefined,
  }))
}

const partsByPath = new Map(PARTS.map((part) => [part.path, part]))

/** A file's own row comes before its folder's. */
function partOf(file: string): Part | undefined {
  return partsByPath.get(file) ?? partsByPath.get(posix.dirname(file))
}

function isAllowed({ from, to, isType }: Import): boolean {
  const part = partOf(from)
  if (!part || to.startsWith('node:')) return part !== undefined
  if (!known.has(to)) return (part.packages ?? []).some((name) => to === name || to.startsWith(`${name}/`))
  const target = partOf(to)
  if (!target) return false
  const allowed = [part.path, ...part.mayImport, ...(isType ? (part.mayKnow ?? []) : [])]
  return allowed.includes(target.path)
}

/** True if an import from outside a folder bypasses the folder's index. */
function isPastIndex({ from, to }: Import): boolean {
  if (!known.has(to)) return false
  let folder = posix.dirname(to)
  while (folder !== '.') {
    const isOutside = !from.startsWith(`${folder}/`)
    if (isOutside && known.has(`${folder}/index.ts`) && to !== `${folder}/index.ts` && folder !== 'commands')
      return true
    folder = posix.dirname(folder)
  }
  return false
}

/** True if a file imports or passes on this name from another file. */
function importsName(file: string, from: string, name: string): boolean {
  const statements = readFileSync(join(ROOT, file), 'utf8').matchAll(/^(?:import|export) [^']*'([^']+)'/gm)
  return [...statements].some(
    ([statement, specifier = '']) =>
      specifier.endsWith(`/${posix.basename(from)}`) && new RegExp(`\\b${name}\\b`).test(statement),
  )
}

function findCircle(edges: readonly { readonly from: string; readonly to: string }[]): string[] | undefined {
  const targets = new Map<string, Set<string>>()
  for (const { from, to } of edges) targets.set(from, (targets.get(from) ?? new Set()).add(to))
  const done = new Set<string>()
  function walk(node: string, path: string[]): string[] | undefined {
    if (path.includes(node)) return [...path.slice(path.indexOf(node)), node]
    if (done.has(node)) return undefined
    for (const to of targets.get(node) ?? []) {
      const circle = walk(to, [...path, node])
      if (circle) return circle
    }
    done.add(node)
    return undefined
  }
  for (const node of targets.keys()) {
    const circle = walk(node, [])
    if (circle) return circle
  }
  return undefined
}

const real = imports.filter(({ isType, to }) => !isType && known.has(to))

describe('the architecture', () => {
  it('has a row in the table for every file', () => {
    expect(files.length).toBeGreaterThan(20)
    expect(files.filter((file) => !partOf(file))).toEqual([])
    expect(PARTS.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([])
  })

  it('imports only what the table allows', () => {
    expect(imports.length).toBeGreaterThan(50)
    expect(imports.filter((one) => !isAllowed(one)).map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('uses everything that the table allows', () => {
    const unused = PARTS.flatMap((part) => {
      const its = imports.filter(({ from }) => partOf(from) === part)
      const used = new Set(its.map(({ to }) => partOf(to)?.path))
      const values = new Set(its.filter(({ isType }) => !isType).map(({ to }) => partOf(to)?.path))
      return [
        ...part.mayImport.filter((path) => !values.has(path)),
        ...(part.mayKnow ?? []).filter((path) => !used.has(path) || part.mayImport.includes(path)),
        ...(part.packages ?? []).filter(
          (name) => !its.some(({ to }) => to === name || to.startsWith(`${name}/`)),
        ),
      ].map((to) => `${part.path} → ${to}`)
    })

    expect(unused).toEqual([])
  })

  it('imports no file past the index of its folder', () => {
    expect(imports.filter(isPastIndex).map(({ from, to }) => `${from} → ${to}`)).toEqual([])
  })

  it('has no circle among files', () => {
    expect(findCircle(real)).toBeUndefined()
  })

  it('has no circle among folders', () => {
    const edges = real
      .map(({ from, to }) => ({ from: partOf(from)?.path ?? from, to: partOf(to)?.path ?? to }))
      .filter(({ from, to }) => from !== to)
    expect(findCircle(edges)).toBeUndefined()
  })

  it('keeps folders small enough to be read at a glance', () => {
    const counts = new Map<string, number>()
    for (const file of files) counts.set(posix.dirname(file), (counts.get(posix.dirname(file)) ?? 0) + 1)
    const large = [...counts].filter(([folder, count]) => count > MAX_FILES && !UNLIMITED.includes(folder))
    expect(large).toEqual([])
  })

  it('says in each index what the folder does', () => {
    const silent = files.filter(
      (file) => file.endsWith('/index.ts') && !readFileSync(join(ROOT, file), 'utf8').startsWith('/**'),
    )
    expect(silent).toEqual([])
  })

  it('re-exports by name', () => {
    const stars = files.filter(
      (file) => file.endsWith('/index.ts') && /^export \*/m.test(readFileSync(join(ROOT, file), 'utf8')),
    )
    expect(stars).toEqual([])
  })

  it('calls nothing utils or helpers', () => {
    expect(files.filter((file) => /util|helper/i.test(file))).toEqual([])
  })

  it('translates driver errors at the boundaries alone', () => {
    const importers = (name: string, from: string) =>
      imports
        .filter(({ from: file, to }) => to === from && importsName(file, from, name))
        .map(({ from }) => from)

    expect(importers('classifyDriverError', 'src/driver-error.ts')).toEqual(['src/errors.ts'])
    const translators = importers('toAppError', 'src/errors.ts')
    expect(translators.length).toBeGreaterThan(10)
    expect(translators.filter((file) => !BOUNDARIES.some((path) => file.startsWith(path)))).toEqual([])
  })

  it('casts past the types in one place alone', () => {
    const casting = files.filter(
      (file) =>
        !file.startsWith('dev/') &&
        /\bas (?:unknown as|never\b)/.test(readFileSync(join(ROOT, file), 'utf8')),
    )
    expect(casting).toEqual(['models/update-matching.ts'])
  })

  it('reads the environment in entries alone', () => {
    const readers = files.filter(
      (file) => !file.startsWith('dev/') && readFileSync(join(ROOT, file), 'utf8').includes('process.env'),
    )
    const entries = readers.filter((file) => file === 'src/main.ts' || file.startsWith('src/cli/'))
    expect(readers).toEqual(entries)
  })
})
