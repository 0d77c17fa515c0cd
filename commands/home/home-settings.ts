import { groupBy } from '../../src/group-by.ts'
import type { Inline, ReplyPart, Sentence } from '../reply/index.ts'

/** A setting as it holds now: no secret is among them. */
export interface SettingShown {
  /** The heading it stands under. */
  readonly section: string
  readonly name: string
  /** Empty where nothing is set. */
  readonly value: string
  /** Somebody here chose it; otherwise it is as it comes. */
  readonly isChosen: boolean
}

/** The settings in force, for admins: first what was chosen here, one by one, then all others in a few lines. */
export function describeSettings(settings: readonly SettingShown[]): ReplyPart[] {
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

function describeSetting({ name, value }: SettingShown): Inline[] {
  const people = value.split(',').map((word) => word.trim())
  const said: Inline[] = people.every(isPerson)
    ? people.flatMap((user, at) => [...(at > 0 ? [', '] : []), { user }])
    : [value === '' ? 'not set' : value]
  return [{ code: name }, ' ', ...said]
}

const isPerson = (word: string): boolean => /^[UW][A-Z0-9]{7,}$/.test(word)
