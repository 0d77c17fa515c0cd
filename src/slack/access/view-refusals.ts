import type { Reply } from '../../../commands/reply/index.ts'

/** Replies to requests from outside a channel that are only answered in a channel. */

export function describeInChannel(): Reply {
  return {
    trace: { did: 'asked', isRefused: true },
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: 'This only works in a channel.' },
      { kind: 'text', text: 'Press the button under the receipt, or type the command in the channel.' },
    ],
  }
}

export function describeNoSharedChannel(): Reply {
  return {
    trace: { did: 'asked', isRefused: true },
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: 'I only answer people who are in one of my channels.' },
      {
        kind: 'text',
        text: ['Ask to be invited to one of my channels, or ', { code: '/invite' }, ' me to yours.'],
      },
    ],
  }
}
