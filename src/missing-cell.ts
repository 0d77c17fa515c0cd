/**
 * Replaces a text that is too long for its place. If the file is shared again, a shortened text or a blank
 * would be read as the whole value; this text is read as a spreadsheet error.
 */
export const TOO_LONG = '#TOO_LONG!'
