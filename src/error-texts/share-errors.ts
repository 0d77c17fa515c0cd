import { type ErrorWords, list, named } from './error-words.ts'

/** Errors of a share, and of Slack. */
export const SHARE_ERRORS = {
  external_file: {
    sentence: (d) => `${named(d)} is stored outside Slack. The bot only reads files stored in Slack.`,
    next: () => 'Download it, then upload the file itself here.',
  },
  shared_by_guest: {
    sentence: (d) =>
      `${named(d)} was not imported. Files from guests and from other organisations are not accepted.`,
    next: () => 'Ask a member of this workspace to share it here.',
  },
  shared_by_bot: {
    sentence: (d) => `${named(d)} was not imported: files of other apps and workflows are not.`,
    next: () =>
      'Share it yourself. Or ask the person who runs the bot to add the ID of that app to the setting BOT_SHARERS.',
  },
  shared_without_room: {
    sentence: (d) => `${named(d)} was not imported, because you and I are not in a channel together.`,
    next: () => 'Ask to be invited to one of my channels, and share the file there.',
  },
  shared_elsewhere: {
    sentence: (d) => `${named(d)} was not imported: the bot does not work in this channel.`,
    next: () =>
      "Share it in one of the bot's channels. Or ask the person who runs the bot to add this channel to the setting CHANNELS.",
  },
  file_deleted: {
    sentence: (d) => `${named(d)} was deleted before the bot could read it.`,
    next: () => 'To import it, share it again.',
  },
  file_changed: {
    sentence: (d) => `${named(d)} changed after its first rows were imported.`,
    next: () => 'Share the file again to import the rest.',
  },
  file_unreachable: {
    sentence: (d) => `${named(d)} could not be downloaded from Slack.`,
    next: () => 'Share it again in a minute. If it fails again, tell the person who runs the bot.',
    isTransient: true,
  },
  file_is_html: {
    sentence: (d) => `Slack sent a web page instead of ${named(d, 'this file')}.`,
    next: () => 'The bot needs the files:read permission. Ask the person who runs it to reinstall the app.',
  },
  file_host_refused: {
    sentence: (d) => `${named(d)} has a download address outside Slack. The bot only downloads from Slack.`,
    next: () => 'Download it, then upload the file itself here.',
  },
  file_truncated: {
    sentence: (d) => `${named(d)} arrived incomplete (${list(d.got)} of ${list(d.expected)} bytes).`,
    next: () => 'Share it again in a minute.',
    isTransient: true,
  },
  slack_unavailable: {
    sentence: () => 'Slack did not answer.',
    next: () => 'Nothing is lost. The bot tries again automatically.',
    isTransient: true,
  },
  slack_refused: {
    sentence: (d) => `Slack rejected the request (${list(d.reason)}).`,
    next: () => 'Tell the person who runs the bot, and quote the reference below.',
  },
} as const satisfies Record<string, ErrorWords>
