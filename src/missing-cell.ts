/**
 * Stands for a text that is too long for where it would stand. A text that is cut, or a blank in its place, would be taken
 * for the whole one when the file is shared again; this one is taken for an error of a spreadsheet.
 */
export const TOO_LONG = '#TOO_LONG!'
