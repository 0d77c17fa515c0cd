/**
 * The table of slash commands. Registration in Slack, the manifest and the README are checked against it.
 */
import { runCustomer } from './customer/index.ts'
import type { CommandDefinition } from './reply/index.ts'
import { runUploads } from './uploads/index.ts'

export type { CommandDefinition, CommandDeps, CommandInput } from './reply/index.ts'

/** Every slash command there is: the manifest, the README and the registration in Slack are checked against this. */
export const COMMANDS: readonly CommandDefinition[] = [
  {
    name: '/customer',
    description: 'Find a customer by phone, name, city, e-mail or loan ID, and see what changed',
    usageHint: '07417119014 | kushal sharma pune | 19014 | history 07417119014 | 07417119014 on 15 Jan',
    run: runCustomer,
  },
  {
    name: '/uploads',
    description: 'See which files were uploaded and what they did',
    usageHint:
      'today | by ravi | show 42 | compare 42 | digest | count | preview | undo 42 | export | mapping',
    run: runUploads,
  },
]
