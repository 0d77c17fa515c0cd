import type { SwitchCounts, SwitchUpload } from '../../models/index.ts'
import { formatCount, formatDuration, plural, type Reply, type Sentence } from '../reply/index.ts'
import { RECORD_KIND_WORDS } from './record-kind-words.ts'

/** The receipt of a switch of the record kind. */
export function describeSwitchReceipt(upload: SwitchUpload): Reply {
  const { number, switch_of, switch_counts: counts, started_at, finished_at } = upload
  if (!counts) return { visibility: 'channel', parts: [{ kind: 'headline', text: [{ bold: `#${number}` }] }] }
  const seconds = started_at && finished_at ? (finished_at.getTime() - started_at.getTime()) / 1000 : 0
  return {
    visibility: 'channel',
    parts: [
      {
        kind: 'headline',
        text: [
          { bold: `#${number}` },
          ` switched to ${RECORD_KIND_WORDS[switch_of.to].name} in ${formatDuration(seconds)}.`,
        ],
      },
      describeSwitchCounts(counts),
      {
        kind: 'note',
        text: [
          'No data was lost. To switch back, run ',
          { code: `npm run records -- ${RECORD_KIND_WORDS[switch_of.from].word}` },
          '.',
        ],
      },
    ],
  }
}

/** The numbers of a switch, done or predicted. */
function describeSwitchCounts({ phones, before, after, split, merged }: SwitchCounts) {
  return {
    kind: 'facts',
    facts: [
      { label: 'Phones', value: formatCount(phones) },
      { label: 'Records before', value: formatCount(before) },
      { label: 'Records after', value: formatCount(after) },
      { label: 'Phones with more records', value: formatCount(split) },
      { label: 'Phones with fewer records', value: formatCount(merged) },
    ],
  } as const
}

/** The progress of a switch. */
export function describeSwitchProgress({ file }: SwitchUpload, phones: number): Sentence {
  return [{ code: file.name }, `: ${plural(phones, 'phone')} done`]
}

/** One line for the list of uploads. */
export function summariseSwitch({ switch_counts: counts }: SwitchUpload): string {
  return counts ? `${formatCount(counts.before)} records became ${formatCount(counts.after)}` : 'done'
}
