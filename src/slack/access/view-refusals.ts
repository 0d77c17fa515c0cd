import type { Reply } from '../../../commands/reply/index.ts'

/** What somebody is told who asks outside of a channel for what they get only in one. */

export function describeInChannel(): Reply {
  return {
    trace: { did: 'asked', isRefused: true },
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: 'That is only done in a channel.' },
      { kind: 'text', text: 'Press it under the receipt, or type the command there.' },
    ],
  }
}

export function describeNoSharedChannel(): Reply {
  return {
    trace: { did: 'asked', isRefused: true },
    visibility: 'asker',
    parts: [
      { kind: 'headline', text: 'I only answer people who are in a channel with me.' },
      {
        kind: 'text',
        text: ['Ask to be invited to one of my channels, or ', { code: '/invite' }, ' me to yours.'],
      },
    ],
  }
}
