import { isMarkup } from './cell-likeness.ts'
import { FOREIGN_FORMATS, type ForeignFormat } from './foreign-formats.ts'

/** Maximum of characters checked. */
const LOOKED_AT = 4000
/** Header lines of an e-mail message. */
const MAIL_HEADERS =
  /^(?:return-path|received|from|to|delivered-to|message-id|subject|mime-version|x-[\w-]+): /i
const FIELD_LINE = /^([\p{L}][\p{L}\p{N} ._-]{0,30}?)\s*[:=]\s*\S/u

/** Starts of text that identify a format. */
const BEGINNINGS: readonly (readonly [RegExp, ForeignFormat])[] = [
  [/^(<!--.*?-->\s*)?<(!doctype html|html|head|body|table|meta|style)\b/is, FOREIGN_FORMATS.webPage],
  [/^<\?xml|^<svg\b/i, FOREIGN_FORMATS.xml],
  [/^MIME-Version:/i, FOREIGN_FORMATS.savedWebPage],
  [/^(\{\s*("|\}\s*$)|\[\s*([{["]|-?\d+\s*[,\]]|\]\s*$))/, FOREIGN_FORMATS.json],
  [/^[[{]\s*(\{\s*)?'[^'\n]*'\s*[:,]/, FOREIGN_FORMATS.json],
  [/^(?:(?:(?:var|let|const|export)\s+)?[\w$.]+\s*[=(]\s*)[[{]/, FOREIGN_FORMATS.script],
  [/^<\?php|^(?:\$\w+\s*=\s*)?array\s*\(/i, FOREIGN_FORMATS.script],
  [/^(?:%[^\n]*\n\s*)*\\(?:begin|documentclass|usepackage|hline|toprule)\b/, FOREIGN_FORMATS.latex],
  [/^(?:==[^\n]*\n\s*)*\{\|[^\n]*\n\s*[|!]/, FOREIGN_FORMATS.wiki],
  [/^BEGIN:VCARD/i, FOREIGN_FORMATS.vcard],
  [/^BEGIN:VCALENDAR/i, FOREIGN_FORMATS.calendar],
  [/^\*{5,} ?\d+\. row ?\*{5,}|^-\[ RECORD 1 \]/i, FOREIGN_FORMATS.fieldLines],
  [/^[┌╔┏╭╒╓]/u, FOREIGN_FORMATS.drawnTable],
  [/^ID;P/, FOREIGN_FORMATS.sylk],
  [/^TABLE\s*\n0,1\s*\n/, FOREIGN_FORMATS.dif],
  [/^--[\w'-]+\s*\nContent-Disposition:/i, FOREIGN_FORMATS.formUpload],
  [/^(?:diff --git |--- [^\n]+\n\+\+\+ [^\n]+\n@@ )/, FOREIGN_FORMATS.patch],
  [/^version https?:\/\/git-lfs\./i, FOREIGN_FORMATS.lfsPointer],
  [/^\[InternetShortcut\]/i, FOREIGN_FORMATS.shortcut],
  [/^\[[^\]\n,;|\t]+\]\s*\n\s*[\w.-]+\s*=/, FOREIGN_FORMATS.fieldLines],
  [/^-----BEGIN [A-Z ]+-----/, FOREIGN_FORMATS.armoured],
  [/^(?:version: *\d+\s+)?(?:#[^\n]*\s+)*dn::? /i, FOREIGN_FORMATS.ldif],
  [/^(?:---[^\n]*\n)?\s*- +[\w ]+: [^\n]*\n\s+[\w ]+: /, FOREIGN_FORMATS.yaml],
]

/** The start of a database dump, and a statement with a table. */
const SQL_START =
  /^(?:--|\/\*|#|set|use|begin|start|insert|create|drop|copy|replace|pragma|lock|alter|select)(?:\s|[^\w,;|\t])/i
const SQL_TABLE =
  /^\s*(?:insert\s+(?:ignore\s+)?into|replace\s+into|create\s+(?:\w+\s+)?table|drop\s+table|copy\s+[\w."]+[^\n]*\sfrom\s+stdin)\b/im

/** A statement's rows without its start: `('Asha', 9876543210),` */
const SQL_ROW = /^\(\s*(?:N?'|-?\d|null\b).*\)\s*[,;]?\s*$/iu

/** `Name & Mobile & City \\\\`, and the rulers between such lines. */
const LATEX_ROW = /(?:&.*\\\\\s*(?:\\hline\s*)?$)|^\s*\\(?:hline|toprule|midrule|bottomrule)\s*$/
/** Confluence and Jira: `||Name||Mobile||` above `|Asha|…|`. */
const WIKI_ROW = /^\s*\|.*\|\s*$/
/** Git's marks around two versions of the same lines. */
const CONFLICT = /^<{7} [^\n]*\n(?:[^\n]*\n){0,200}?={7}\r?\n(?:[^\n]*\n){0,200}?>{7} /m
/** `2026-01-31 10:00:00 INFO name=Asha`: a time, a level or a field per word, and no separator. */
const LOG_LINE =
  /^\[?\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d[^,;|\t]*\s(?:\w+=\S+|\[?(?:DEBUG|INFO|WARN|WARNING|ERROR)\b)/
const FORM_DATA = /^[\w.%[\]-]{1,60}=[^&\s,;|]*(?:&[\w.%[\]-]{1,60}=[^&\s,;|]*)+$/

/** Recognises text formats; null for text that may be a delimited table. */
export function recogniseText(text: string): ForeignFormat | null {
  const start = text.slice(0, LOOKED_AT).trimStart()
  if (/^<\?xml/i.test(start) && /urn:schemas-microsoft-com:office:spreadsheet|Excel\.Sheet/i.test(start)) {
    return FOREIGN_FORMATS.excelXml
  }
  const known = BEGINNINGS.find(([beginning]) => beginning.test(start))
  if (known) return known[1]
  if (SQL_START.test(start) && SQL_TABLE.test(start)) return FOREIGN_FORMATS.sql
  if (start.startsWith('<')) return recogniseTags(start)
  const lines = start.split(/\r\n|\r|\n/, 40).filter((line) => line.trim() !== '')
  if (lines.slice(0, 6).filter((line) => MAIL_HEADERS.test(line)).length >= 3) return FOREIGN_FORMATS.mail
  const first = lines.slice(0, 10)
  const areAll = (pattern: RegExp): boolean => first.length > 1 && first.every((line) => pattern.test(line))
  if (first.length > 0 && first.every((line) => SQL_ROW.test(line))) return FOREIGN_FORMATS.sql
  if (areAll(LATEX_ROW)) return FOREIGN_FORMATS.latex
  if (areAll(WIKI_ROW) && /^\|\|/.test(first[0] ?? '')) return FOREIGN_FORMATS.wiki
  if (lines.length > 0 && first.every((line) => FORM_DATA.test(line))) return FOREIGN_FORMATS.formData
  if (areAll(LOG_LINE)) return FOREIGN_FORMATS.log
  if (CONFLICT.test(start)) return FOREIGN_FORMATS.conflict
  return areFieldLines(lines) ? FOREIGN_FORMATS.fieldLines : null
}

/** Text in tags, or a page for HTML tags. Lines of a page above a list do not count. */
function recogniseTags(start: string): ForeignFormat | null {
  if (/<(?:td|tr|th|li|dd)\b/i.test(start)) return FOREIGN_FORMATS.webPage
  const lines = start.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '')
  const tagged = lines.filter((line) => /^\s*<|>\s*$/.test(line)).length
  if (tagged < lines.length * 0.8) return null
  return lines.some(isMarkup) ? FOREIGN_FORMATS.webPage : FOREIGN_FORMATS.xml
}

/** Repeated lines of `Name: Asha`, `Phone: …`, as address books print entries. */
function areFieldLines(lines: readonly string[]): boolean {
  const names = lines.map((line) => FIELD_LINE.exec(line)?.[1]?.toLowerCase())
  const [first, second] = names
  if (lines.length < 4 || first === undefined || second === undefined || first === second) return false
  const named = names.filter((name) => name !== undefined).length
  return named >= lines.length * 0.9 && names.slice(2).includes(first) && names.slice(2).includes(second)
}
