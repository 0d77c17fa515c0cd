import { type ErrorWords, list, named } from './error-words.ts'

/** Errors of an upload: its columns, its decisions, and its run. */
export const UPLOAD_ERRORS = {
  no_phone_column: {
    sentence: (d) =>
      d.headerless
        ? list(d.headerless) === '1'
          ? `${named(d)} has no header. Confirm that its only column holds the phone numbers.`
          : `${named(d)} has no header. The bot cannot tell which of its ${list(d.headerless)} columns holds the phone numbers.`
        : d.equal
          ? `Several columns of ${named(d, 'this file')} hold different phone numbers, and their headings do not say which is the customer's: ${list(d.equal)}.`
          : `The bot cannot tell which column of ${named(d, 'this file')} holds the phone numbers. The columns are: ${list(d.columns)}.`,
    next: (d) =>
      d.how ? list(d.how) : 'Rename the column with the phone numbers to "phone" and share the file again.',
  },
  reading_changed: {
    sentence: (d) =>
      `Files with the headings of ${named(d, 'this file')} were imported before (#${list(d.upload)}), but would be read differently now, so nothing was imported. Before: ${list([d.readings].flat()[0])}. Now: ${list([d.readings].flat()[1])}.`,
    next: (d) =>
      `To read it as before, add --phone-column ${list(d.column)}. To read it the new way, add --anyway.`,
  },
  unknown_column: {
    sentence: (d) => `${named(d)} has no column ${list(d.wanted)}. The columns are: ${list(d.columns)}.`,
    next: () => 'Choose a column by its name, or by its number counted from 1.',
  },
  ambiguous_column: {
    sentence: (d) => `${named(d)} has several columns ${list(d.wanted)}: ${list(d.columns)}.`,
    next: () => 'Name the column by its number, counted from 1.',
  },
  columns_contradict: {
    sentence: (d) => `Two targets or two rules were given for ${list(d.wanted)}.`,
    next: () => 'Give each column one target and one rule.',
  },
  left_out: {
    sentence: (d) => `${named(d)} was discarded: nothing was imported.`,
    next: () => 'To import it, share it again.',
  },
  cancelled: {
    sentence: (d) =>
      `${named(d)} was cancelled: ${d.line ? `the import stopped after line ${list(d.line)}${d.lines ? ` of ${list(d.lines)}` : ''}` : 'nothing was imported'}.`,
    next: (d) =>
      d.line
        ? 'The rows before that are imported: press Undo to take them back. To import the whole file, share it again.'
        : 'To import it, share it again.',
  },
  too_many_invalid: {
    sentence: (d) =>
      `${named(d)} has too many invalid rows (${list(d.invalid)} of the first ${list(d.rows)}; the limit is ${list(d.limit)}), so nothing was imported.${d.why ? ` The main problem: ${list(d.why)}` : ''}`,
    next: (d) =>
      /share/.test(list(d.fix))
        ? list(d.fix)
        : `${d.fix ? list(d.fix) : 'Correct the file.'} Then share the file again.`,
  },
  unknown_target: {
    sentence: (d) => `There is no field ${list(d.wanted)}.`,
    next: () => 'Name a field of docs/csv-format.md, or phone, "as is" or "leave out".',
  },
  unknown_rule: {
    sentence: (d) => `There is no rule ${list(d.wanted)}.`,
    next: () => 'The rules are overwrite, fill-blanks and keep.',
  },
  reread_impossible: {
    sentence: (d) =>
      d.begun
        ? `${named(d)} can't be opened any more, so it can't be read again. Its first rows stay imported.`
        : `${named(d)} is no longer in Slack, so it can't be read again. Nothing was undone.`,
    next: (d) =>
      d.begun
        ? `To take these rows back, type \`/uploads undo ${list(d.begun)}\`. To import the whole file, share it again.`
        : 'To import it with other columns, share it again.',
  },
  reading_restarted: {
    sentence: (d) =>
      `${named(d)} was not imported to its end: the bot or its settings changed, and it is read differently now.`,
    next: (d) =>
      `You have nothing to do. Its first rows are taken back, and the file is read again. Its ${d.preview ? 'preview' : 'receipt'} follows here.`,
  },
  reading_lost: {
    sentence: (d) =>
      `${named(d)} can't be continued: the bot or its settings changed, and its first rows are read differently now.`,
    next: () => 'Undo this upload to take back the rows before, then share the file again.',
  },
  held_back: {
    sentence: (d) =>
      `${named(d)} looks like the wrong file, so nothing was imported.${d.reasons ? ` ${[d.reasons].flat().join(' ')}` : ''}`,
    next: () => 'Check it with --dry-run. If it is the right file, import it with --anyway.',
  },
  undo_overtaken: {
    sentence: (d) => `${named(d)} changed after you asked for the undo, so nothing was undone.`,
    next: () => 'Check its state with `/uploads recent`. Ask again if you still need the undo.',
  },
  values_removed: {
    sentence: (d) =>
      `${named(d)} can no longer be undone, because the retention policy deleted its row data. Nothing was changed.`,
    next: () => 'Share a file with the right values. The latest file wins.',
  },
  switch_needs_values: {
    sentence: () =>
      'The record kind can no longer be switched. Records are rebuilt from row data, and the retention policy deleted data of old files.',
    next: () => 'Keep the current record kind, or start from a backup made before the data was deleted.',
  },
  lease_lost: {
    sentence: () => 'Another process has taken over this upload.',
    next: () => 'You have nothing to do: the other process finishes it.',
    isTransient: true,
  },
  stopping: {
    sentence: () => 'The bot is restarting.',
    next: () => 'You have nothing to do: the upload continues where it stopped.',
    isTransient: true,
  },
  gave_up: {
    sentence: (d) => `${named(d)} failed several times, so the bot stopped trying.`,
    next: () =>
      'Tell the person who runs the bot, and quote the reference below. Other files are not affected.',
  },
} as const satisfies Record<string, ErrorWords>
