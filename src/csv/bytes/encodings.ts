/** A possible encoding of a file that is not Unicode. */
interface LegacyEncoding {
  /** iconv-lite name. */
  readonly name: string
  /** Cost in nats of assuming it outside its regions. */
  readonly rarity: number
  /** Multi-byte letters of another script, which are cut and rated differently. */
  readonly isWide?: true
}

/** The encodings tried: those of Windows, DOS, old Macs, Unix, East Asia. */
export const LEGACY_ENCODINGS: readonly LegacyEncoding[] = [
  { name: 'windows-1252', rarity: 0.5 },
  { name: 'windows-1250', rarity: 2 },
  { name: 'windows-1251', rarity: 2 },
  { name: 'windows-1253', rarity: 2.5 },
  { name: 'windows-1254', rarity: 2 },
  { name: 'windows-1255', rarity: 2.5 },
  { name: 'windows-1256', rarity: 2.5 },
  { name: 'windows-1257', rarity: 3.5 },
  { name: 'windows-874', rarity: 2.5 },
  { name: 'cp850', rarity: 3 },
  { name: 'cp437', rarity: 3.5 },
  { name: 'cp852', rarity: 3.5 },
  { name: 'cp857', rarity: 4 },
  { name: 'cp866', rarity: 3 },
  { name: 'cp737', rarity: 4.5 },
  { name: 'cp862', rarity: 4.5 },
  { name: 'macroman', rarity: 3 },
  { name: 'maccenteuro', rarity: 4 },
  { name: 'maccyrillic', rarity: 4 },
  { name: 'koi8-r', rarity: 3 },
  { name: 'koi8-u', rarity: 3.5 },
  { name: 'iso-8859-2', rarity: 3 },
  { name: 'iso-8859-5', rarity: 4 },
  { name: 'iso-8859-6', rarity: 3.5 },
  { name: 'iso-8859-7', rarity: 3.5 },
  { name: 'iso-8859-8', rarity: 4 },
  { name: 'iso-8859-15', rarity: 3 },
  { name: 'gb18030', rarity: 2, isWide: true },
  { name: 'big5', rarity: 2, isWide: true },
  { name: 'shift_jis', rarity: 2, isWide: true },
  { name: 'euc-jp', rarity: 3, isWide: true },
  { name: 'euc-kr', rarity: 2, isWide: true },
]
