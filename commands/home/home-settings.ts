import { groupBy } from '../../src/group-by.ts'
import type { SettingInForce } from '../../src/settings/index.ts'
import {
  type CommandDeps,
  type Inline,
  isAdmin,
  type Reply,
  type ReplyPart,
  refuseNonAdmin,
  type Sentence,
  toAsker,
  type Viewer,
} from '../reply/index.ts'

/** The current settings for admins: first the changed ones, one by one, then the others in a few lines. */
function describeSettings(settings: readonly SettingInForce[]): ReplyPart[] {
  if (settings.length === 0) return []
  const chosen = settings.filter(({ isChosen }) => isChosen)
  const usual = settings.filter(({ isChosen }) => !isChosen)
  return [
    { kind: 'text', text: [{ bold: 'Settings in force' }, ' (for admins)'] },
    ...(chosen.length > 0
      ? [{ kind: 'list', items: chosen.map(describeSetting) } as const]
      : [{ kind: 'text', text: 'All settings have their default values.' } as const]),
    { kind: 'text', text: 'Default values:' },
    {
      kind: 'list',
      items: [...groupBy(usual, ({ section }) => section)].map(
        ([section, its]): Sentence => [
          { bold: `${section}: ` },
          ...its.flatMap((setting, at) => [...(at > 0 ? [' · '] : []), ...describeSetting(setting)]),
        ],
      ),
    },
  ]
}

function describeSetting({ name, value }: SettingInForce): Inline[] {
  const people = value.split(',').map((word) => word.trim())
  const answer: Inline[] = people.every(isPerson)
    ? people.flatMap((user, at) => [...(at > 0 ? [', '] : []), { user }])
    : [value === '' ? 'not set' : value]
  return [{ code: name }, ' ', ...answer]
}

const isPerson = (word: string): boolean => /^[UW][A-Z0-9]{7,}$/.test(word)

/** The settings, for admins only. */
export async function buildSettingsPage(
  _about: readonly string[],
  { user }: Viewer,
  deps: CommandDeps,
): Promise<Reply> {
  if (!isAdmin(user, deps)) return refuseNonAdmin('see the settings', 'asked', deps)
  return toAsker(...describeSettings(deps.settings ?? []))
}
