/**
 * Files that once made the reader slow or lose rows, at any size: each text has at least `length` characters.
 */
export const WILD_FILES: Record<string, (length: number) => string> = {
  'plain rows': table((at) => `Ram ${at},${phone(at)},Delhi`),
  'quoted rows': table((at) => `"Ram ""B"" ${at}","${phone(at)}","Delhi, IN"`),
  'addresses of several lines': table((at) => `Ram ${at},${phone(at)},"Flat ${at}\nMG Road\nDelhi"`),
  'one quoted cell of short lines': (length) => `${HEADER}Ram,1,"${fill('ab\n', length)}"\nSita,2,Pune\n`,
  'one quoted cell of short lines, never closed': (length) => `${HEADER}Ram,1,"${fill('ab\n', length)}`,
  'one quoted cell of empty lines': (length) => `${HEADER}Ram,1,"${fill('\n', length)}"\nSita,2,Pune\n`,
  'one quoted cell of doubled marks': (length) => `${HEADER}Ram,1,"${fill('""', length)}"\nSita,2,Pune\n`,
  'one quoted cell of marks in words': (length) => `${HEADER}Ram,1,"${fill('a"b', length)}"\nSita,2,Pune\n`,
  'one line of loose cells': (length) => `${HEADER}${fill('"a"b,', length)}\nSita,2,Pune\n`,
  'one line of cells with space before the mark': (length) => `${HEADER}${fill(' "a",', length)}\n`,
  'one line of marks and space': (length) => `${HEADER}"x${fill('" ', length)}x\nSita,2,Pune\n`,
  'one line without end': (length) => `${HEADER}Ram,1,${fill('x', length)}\nSita,2,Pune\n`,
  'a first line without end': (length) => fill('name,', length),
  'a first line of marks': (length) => fill('"', length),
  'empty lines': (length) => `${HEADER}Ram,1,Delhi\n${fill('\n', length)}Sita,2,Pune\n`,
  'a mark opened in every row': table((at) => `Ram ${at},"${phone(at)},Delhi`),
  'a mark closed and one opened in every row': table(() => 'a",b,"c'),
  'a mark opened in every row behind text': table((at) => `Ram ${at}",${phone(at)},"x`),
  'doubled marks at the start of every row': table((at) => `""Ram ${at},${phone(at)},Delhi`),
  'three marks in every row': table((at) => `"""Ram ${at}",${phone(at)},Delhi`),
  'carriage returns': (length) => `${HEADER}Ram,1,"${fill('\r', length)}"\nSita,2,Pune\n`,
  'commas in a quoted cell': (length) => `${HEADER}Ram,1,"${fill(',\n', length)}"\nSita,2,Pune\n`,
  'rows behind a stray mark': table((at) => (at === 0 ? 'Ram,"6,1' : `Ram ${at},${phone(at)},Delhi`)),
  'rows that end in a comma behind a stray mark': table((at) =>
    at === 0 ? 'Ram,"6,1,' : `Ram ${at},${phone(at)},Delhi,`,
  ),
  'short rows below a wide header': (length) =>
    `${Array.from({ length: 500 }, (_, at) => `c${at}`).join(',')}\n${fill('"a""b"\n', length)}`,
  'rulers with a letter at their end': table((at) => `${'-'.repeat(500)}x${at}`),
}

export const HEADER = 'name,phone,city\n'

const phone = (at: number): string => `+9174171${String(at).padStart(6, '0')}`

function table(row: (at: number) => string): (length: number) => string {
  return (length) => {
    const rows: string[] = []
    for (let at = 0, size = 0; size < length; at += 1) {
      const text = row(at)
      rows.push(text)
      size += text.length + 1
    }
    return `${HEADER}${rows.join('\n')}\n`
  }
}

const fill = (part: string, length: number): string => part.repeat(Math.ceil(length / part.length))
