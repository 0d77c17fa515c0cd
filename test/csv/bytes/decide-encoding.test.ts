import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { nameEncoding } from '../../../src/encoding-names.ts'
import { readRefusal, readWhole } from '../read-csv.ts'

/** Lists as saved by a region's programs: encoding, region, two names and a city. */
const READ: readonly (readonly [encoding: string, region: string, lines: string])[] = [
  ['cp850', 'DE', 'Kuno Böhm;Düren\nUte Größl;Münster'],
  ['cp850', 'IN', 'Kuno Böhm;Düren\nUte Größl;Münster'],
  ['cp850', 'BR', 'Antônio Corrêa;Maringá\nInês Galvão;Ribeirão'],
  ['cp437', 'US', 'Ramón Ibáñez;Logroño\nChloë;Zürich'],
  ['macroman', 'FR', 'Zoé Lefèvre;Orléans\nFrançois Noël;Besançon'],
  ['macroman', 'BR', 'Inês Galvão;Ribeirão\nSimão Araújo;Goiânia'],
  ['windows-1250', 'PL', 'Żaneta Wójcik;Łomża\nStanisław Kąkol;Gdańsk'],
  ['windows-1250', 'IN', 'Żaneta Wójcik;Łomża\nStanisław Kąkol;Gdańsk'],
  ['windows-1250', 'CZ', 'Ondřej Kučera;Děčín\nZdeňka Růžičková;Kolín'],
  ['windows-1250', 'HU', 'Gergő Tóth;Szombathely\nZsófia Csűrös;Győr'],
  ['iso-8859-2', 'PL', 'Żaneta Wójcik;Łomża\nStanisław Kąkol;Gdańsk'],
  ['cp852', 'PL', 'Żaneta Wójcik;Łomża\nStanisław Kąkol;Gdańsk'],
  ['windows-1251', 'RU', 'Фёдор Лебедев;Пермь\nОльга Жукова;Уфа'],
  ['windows-1251', 'IN', 'Фёдор Лебедев;Пермь\nОльга Жукова;Уфа'],
  ['windows-1251', 'UA', 'Тарас Гнатюк;Вінниця\nЄва Їжак;Ужгород'],
  ['windows-1251', 'BG', 'Живко Стоянов;Пловдив\nРумяна;Русе'],
  ['koi8-r', 'RU', 'Фёдор Лебедев;Пермь\nОльга Жукова;Уфа'],
  ['koi8-r', 'IN', 'Фёдор Лебедев;Пермь\nОльга Жукова;Уфа'],
  ['cp866', 'RU', 'Фёдор Лебедев;Пермь\nОльга Жукова;Уфа'],
  ['windows-1253', 'GR', 'Νίκος Καραγιάννης;Πάτρα\nΜαρία;Βόλος'],
  ['windows-1254', 'TR', 'Oğuz Kılıç;İzmit\nŞule Güneş;Muğla'],
  ['windows-1255', 'IL', 'יוסף אברהם;חיפה\nרבקה מזרחי;אשדוד'],
  ['windows-1256', 'EG', 'أحمد حسن;القاهرة\nليلى;طنطا'],
  ['windows-1257', 'LT', 'Rūta Kazlauskaitė;Šiauliai\nŽilvinas;Alytus'],
  ['windows-874', 'TH', 'สมศรี ดีงาม;เชียงใหม่\nวิชัย;ขอนแก่น'],
  ['gb18030', 'CN', '刘洋;武汉\n赵敏;西安'],
  ['gb18030', 'IN', '姓名;城市\n刘洋;武汉\n赵敏;西安'],
  ['big5', 'TW', '林志偉;台中\n黃淑芬;高雄'],
  ['shift_jis', 'JP', '中村健一;横浜\n小林さくら;札幌'],
  ['euc-jp', 'JP', '中村健一;横浜\n小林さくら;札幌'],
  ['euc-kr', 'KR', '최민준;부산\n한지우;대구'],
  ['windows-1252', 'IN', 'Chloë “Coco” Díaz;€ Town\nAndré;Orléans'],
  ['windows-1252', 'ES', 'IÑAKI IBÁÑEZ;CÁDIZ'],
  ['windows-1252', 'IN', 'Ram;4° floor'],
]

describe('the encoding of a file that is not Unicode', () => {
  it.each(READ)('is told by its letters: %s in %s', async (encoding, region, lines) => {
    const text = `Name;City\n${lines}\n`
    const { file, rows } = await readWhole(iconv.encode(text, encoding), { region })
    expect(rows.map(({ cells }) => cells.join(';')).join('\n')).toBe(lines)
    expect(file.notes).toEqual([expect.stringMatching(/^The file is not Unicode. From line 2 on/)])
  })

  it.each(READ.slice(0, 12))(
    'is told where its first letter comes late: %s in %s',
    async (encoding, region, lines) => {
      const text = `Name;City\n${'Ram;Pune\n'.repeat(10_000)}${lines}\n`
      const { file, rows } = await readWhole(iconv.encode(text, encoding), { region })
      const last = rows.slice(10_000).map(({ cells }) => cells.join(';'))
      expect(last.join('\n')).toBe(lines)
      expect(file.notes).toEqual([expect.stringMatching(/From line 10002 on/)])
    },
  )

  it.each([
    ['a letter that is one in several encodings', Buffer.from('name,phone\n\xd5\xf5,1\n', 'latin1')],
    ['bytes that are letters nowhere', Buffer.from('name,phone\nx\x81\xfe\x9d\xffx,1\n', 'latin1')],
  ])('is asked for where nothing proves it: %s', async (_, bytes) => {
    const refusal = await readRefusal(bytes, { fileName: 'june.csv' })
    expect(refusal.code).toBe('encoding_unclear')
    expect((refusal.details.readings as readonly string[]).length).toBeGreaterThan(1)
  })

  it('stays UTF-8 where a program cut cells inside a letter', async () => {
    const bytes = Buffer.from('Name,City\nउमा,Pune\nX!!,Agra\n'.replace('X!!', 'राX'))
    const cut = Buffer.from(bytes.toString('latin1').replace('X,', '\xe0\xa4,'), 'latin1')
    const { file, rows } = await readWhole(cut)
    expect(rows.map(({ cells }) => cells[0])).toEqual(['उमा', 'रा\uFFFD'])
    expect(file.notes).toContainEqual(expect.stringMatching(/^Line 3 holds/))
  })

  it('is the stated one, and a byte without a letter in it stays to be seen', async () => {
    const bytes = Buffer.from('name,phone\nRen\xe9 \x81,1\n', 'latin1')
    const { file, rows } = await readWhole(bytes, { fallbackEncoding: 'windows-1252' })
    expect(rows[0]?.cells).toEqual(['René \uFFFD', '1'])
    expect(file.notes.at(-1)).toBe(
      'Line 2 holds a byte that is no letter in Western European (Windows), windows-1252 (shown as \uFFFD).',
    )
  })

  it.each([
    ['windows-1251', 'RU', 'Ольга;Уфа', 'Пётр;Пермь'],
    ['gb18030', 'CN', '刘洋;武汉', '赵敏;西安'],
    ['cp850', 'DE', 'Kuno;Köln', 'Jörg;Düren'],
  ])('is told line by line where two are mixed: UTF-8 and %s', async (encoding, region, unicode, legacy) => {
    const bytes = Buffer.concat([
      Buffer.from(`Name;City\n${unicode}\n`),
      iconv.encode(`${legacy}\n`, encoding),
      Buffer.from(`${unicode}\n`),
    ])
    const { file, rows } = await readWhole(bytes, { region })
    expect(rows.map(({ cells }) => cells.join(';'))).toEqual([unicode, legacy, unicode])
    expect(file.notes).toEqual([
      `Line 3 holds bytes that are not UTF-8. They were read as ${nameEncoding(encoding)}.`,
    ])
  })
})

/** UTF-8 that was misread in an encoding and saved as UTF-8 again. */
const misread = (text: string, encoding: string): string =>
  [...Buffer.from(text)]
    .map((byte) => {
      const letter = iconv.decode(Buffer.from([byte]), encoding)
      return letter === '\uFFFD' ? String.fromCharCode(byte) : letter
    })
    .join('')

describe('letters saved as UTF-8 twice', () => {
  const NAMES = 'Chloë Ibáñez;Orléans\nÁgota Kőrösi;Győr'
  it.each([
    ['windows-1252', NAMES],
    ['latin1', NAMES],
    ['macroman', NAMES],
    ['cp850', 'Chloë Ibáñez;Orléans'],
    ['windows-1252', 'Ольга Жукова;Уфа'],
    ['windows-1251', 'Ольга Жукова;Пермь'],
    ['windows-1252', 'राधा;पुणे'],
    ['windows-1252', '刘洋;武汉'],
    ['windows-1250', 'Łukasz Żółkiewski;Łódź'],
    ['windows-1250', 'Jiří Růžička;Plzeň'],
    ['windows-1254', 'Gökçe Yıldız;İzmir'],
    ['windows-1253', 'Ελένη Νικολάου;Αθήνα'],
    ['windows-1256', 'محمد أحمد;القاهرة'],
    ['koi8-r', 'Ольга Жукова;Пермь'],
    ['cp866', 'Ольга Жукова;Пермь'],
  ])('are mended and told of: by way of %s', async (encoding, lines) => {
    const { file, rows } = await readWhole(misread(`Name;City\n${lines}\n`, encoding))
    expect(rows.map(({ cells }) => cells.join(';')).join('\n')).toBe(lines)
    expect(file.notes).toEqual([expect.stringMatching(/^From line 2 on, letters were saved as UTF-8 twice/)])
  })

  it('are mended where it happened three times', async () => {
    const thrice = misread(misread('Name;City\nChloë;Orléans\n', 'windows-1252'), 'windows-1252')
    expect((await readWhole(thrice)).rows[0]?.cells).toEqual(['Chloë', 'Orléans'])
  })

  it('are mended wherever a piece of the file is cut', async () => {
    for (let shift = 0; shift < 4; shift += 1) {
      const text = `Name;City\n${'x'.repeat(shift)};1\n${'Chloë;Orléans\n'.repeat(9_000)}`
      const { rows } = await readWhole(misread(text, 'windows-1252'))
      expect(new Set(rows.slice(1).map(({ cells }) => cells.join(';')))).toEqual(new Set(['Chloë;Orléans']))
    }
  })

  it.each([
    'MAÇÃ”',
    'CAFÉ® “É“',
    'NÄ“',
    'OÙ\u00a0:',
    'Рівне',
    'Сіверськ',
    'Ç… ½ N°5',
    'Ärzte',
    'ĂÎÂ',
    'Ĺubica',
    'ΟΞΟ',
    'طعمة',
    'ظافر',
    'غطاء',
  ])('are not seen in what is meant: %s', async (name) => {
    const { file, rows } = await readWhole(`Name,City\n${name},Pune\n`)
    expect(rows[0]?.cells[0]).toBe(name)
    expect(file.notes).toEqual([])
  })
})
