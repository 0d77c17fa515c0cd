/** What people call encodings, by iconv-lite name. Imports nothing: readers and replies use the same words. */
const NAMES: Readonly<Record<string, string>> = {
  'windows-1250': 'Central European (Windows)',
  'windows-1251': 'Cyrillic (Windows)',
  'windows-1252': 'Western European (Windows)',
  'windows-1253': 'Greek (Windows)',
  'windows-1254': 'Turkish (Windows)',
  'windows-1255': 'Hebrew (Windows)',
  'windows-1256': 'Arabic (Windows)',
  'windows-1257': 'Baltic (Windows)',
  'windows-874': 'Thai (Windows)',
  cp437: 'United States (DOS)',
  cp737: 'Greek (DOS)',
  cp850: 'Western European (DOS)',
  cp852: 'Central European (DOS)',
  cp857: 'Turkish (DOS)',
  cp862: 'Hebrew (DOS)',
  cp866: 'Cyrillic (DOS)',
  macroman: 'Western European (Mac)',
  maccenteuro: 'Central European (Mac)',
  maccyrillic: 'Cyrillic (Mac)',
  'koi8-r': 'Russian (Unix)',
  'koi8-u': 'Ukrainian (Unix)',
  'iso-8859-2': 'Central European (ISO)',
  'iso-8859-5': 'Cyrillic (ISO)',
  'iso-8859-6': 'Arabic (ISO)',
  'iso-8859-7': 'Greek (ISO)',
  'iso-8859-8': 'Hebrew (ISO)',
  'iso-8859-15': 'Western European (ISO)',
  gb18030: 'Simplified Chinese',
  big5: 'Traditional Chinese',
  shift_jis: 'Japanese (Windows)',
  'euc-jp': 'Japanese (Unix)',
  'euc-kr': 'Korean',
}

/** `Western European (Windows), windows-1252`: what people know, and what the command line takes. */
export function nameEncoding(encoding: string): string {
  const name = Object.hasOwn(NAMES, encoding) ? NAMES[encoding] : undefined
  return name === undefined ? encoding.replace(/^utf-/i, 'UTF-') : `${name}, ${encoding}`
}
