/** A line of a web page that a server prints above or below a list. */
const MARKUP =
  /^\s*(?:<(?:!doctype|!--|\?php|\/?(?:html|head|body|title|style|script|link|meta|div|span|table|thead|tbody|tr|td|th|p|a|b|br|font|hr|h[1-6]|img|ul|li|form|input|button|pre|code|noscript|iframe|center|footer|header|section|nav|main))\b|-->)/i
/** The start of a web page: nothing after it is a row. */
const PAGE = /^\s*<(?:!doctype\s+html|html|head|body|script|style)\b/i

export const isMarkup = (text: string): boolean => text.length > 0 && MARKUP.test(text.slice(0, 200))

export const beginsPage = (text: string): boolean => PAGE.test(text.slice(0, 200))
