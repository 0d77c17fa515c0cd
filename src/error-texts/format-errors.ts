import { type ErrorWords, list, named } from './error-words.ts'

/** Errors of a file that cannot be read as a list. */
export const FORMAT_ERRORS = {
  not_csv: {
    sentence: (d) =>
      `${named(d)} is ${d.kind ? `${list(d.kind)}, not` : 'not'} a CSV file or an Excel workbook, so nothing was imported.`,
    next: (d) =>
      d.how
        ? list(d.how)
        : 'Open it in your spreadsheet program, save it as an Excel workbook (.xlsx), and share that file here.',
  },
  separator_unclear: {
    sentence: (d) =>
      d.header
        ? `In ${named(d, 'this file')} the header is separated by ${list(d.header)} and the rows by ${list(d.rows)}, so nothing was imported.`
        : `In ${named(d, 'this file')} the rows are separated by ${list(d.rows)} and the header is not, so nothing was imported.`,
    next: () => 'Export it again with one separator in every line, and share it again.',
  },
  file_empty: {
    sentence: (d) => `${named(d)} is empty, so nothing was imported.`,
    next: () => 'Check the export and share the file again.',
  },
  no_rows: {
    sentence: (d) => `${named(d)} has a header but no rows, so nothing was imported.`,
    next: () => 'Check the export and share the file again.',
  },
  workbook_damaged: {
    sentence: (d) => `${named(d)} is damaged and can't be read${d.reason ? `: ${list(d.reason)}` : ''}.`,
    next: (d) =>
      d.how ? list(d.how) : 'Open it in Excel, save it as a new workbook (.xlsx), and share the new file.',
  },
  workbook_too_large: {
    sentence: (d) => `${named(d)} unpacks to more than we read${d.reason ? `: ${list(d.reason)}` : ''}.`,
    next: (d) =>
      d.how ? list(d.how) : 'Copy the list into a new workbook, save it as .xlsx, and share that file.',
  },
  no_sheet: {
    sentence: (d) =>
      d.wanted === undefined
        ? `${named(d)} has no worksheet, so nothing was imported.`
        : list(d.sheets) === ''
          ? `${named(d)} is no workbook and has no sheet called ${list(d.wanted)}.`
          : `${named(d)} has no sheet called ${list(d.wanted)}. The sheets are: ${list(d.sheets)}.`,
    next: (d) =>
      d.wanted === undefined
        ? 'Put the list on a worksheet and share the workbook again.'
        : list(d.sheets) === ''
          ? 'Name no sheet.'
          : 'Choose one of them, by its name or by the position of its tab counted from 1.',
  },
  several_sheets: {
    sentence: (d) =>
      `${named(d)} has several sheets that could be the list, so nothing was imported. The sheets are: ${list(d.sheets)}.`,
    next: (d) =>
      `Name the sheet, for example --sheet "${[d.sheets].flat()[0] ?? 'Customers'}", or give the position of its tab counted from 1.`,
  },
  file_encrypted: {
    sentence: (d) => `${named(d)} is protected with a password, so nothing was imported.`,
    next: () => 'Save it without a password and share that file.',
  },
  workbook_xls: {
    sentence: (d) => `${named(d)} is an old Excel workbook (.xls), so nothing was imported.`,
    next: () => 'Open it in Excel, save it as "Excel Workbook (.xlsx)", and share that file.',
  },
  workbook_xlsb: {
    sentence: (d) => `${named(d)} is a binary Excel workbook (.xlsb), so nothing was imported.`,
    next: () => 'Open it in Excel, save it as "Excel Workbook (.xlsx)", and share that file.',
  },
  workbook_ods: {
    sentence: (d) => `${named(d)} is a LibreOffice spreadsheet (.ods), so nothing was imported.`,
    next: () => 'Open it in LibreOffice, save it as "Excel 2007-365 (.xlsx)", and share that file.',
  },
  workbook_numbers: {
    sentence: (d) => `${named(d)} is a Numbers spreadsheet, so nothing was imported.`,
    next: () => 'Open it in Numbers, choose File > Export To > Excel, and share that file.',
  },
  zip_contents: {
    sentence: (d) =>
      d.names === undefined || list(d.names) === ''
        ? `${named(d)} holds no list, so nothing was imported.`
        : `${named(d)} must hold one .csv or .xlsx file and nothing else. It holds: ${list(d.names)}.`,
    next: () => 'Share the list itself, or zip it alone and share that file.',
  },
  file_too_large: {
    sentence: (d) => `${named(d)} is too large. The limit is ${list(d.limit)} per file.`,
    next: () => 'Split it into smaller files, each with the header line. Share them one by one.',
  },
  too_many_rows: {
    sentence: (d) => `${named(d)} has too many rows. The limit is ${list(d.limit)} rows per file.`,
    next: () => 'Split it into smaller files, each with the header line. Share them one by one.',
  },
  too_many_columns: {
    sentence: (d) => `${named(d)} has ${list(d.columns)} columns; the limit is ${list(d.limit)}.`,
    next: () => 'Remove the columns you do not need and share the file again.',
  },
  unknown_encoding: {
    sentence: (d) => `The text encoding "${list(d.encoding)}" is not supported.`,
    next: () => 'Save the file as "CSV UTF-8" and share it again.',
  },
  encoding_unclear: {
    sentence: (d) =>
      `${named(d)} is not Unicode, and its bytes do not prove in which encoding it was saved (${list(d.readings)}). Nothing was imported.`,
    next: () =>
      'Save it as "CSV UTF-8" and share it again. On the command line, name the encoding with --encoding.',
  },
} as const satisfies Record<string, ErrorWords>
