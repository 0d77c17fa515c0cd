import iconv from 'iconv-lite'
import { describe, expect, it } from 'vitest'
import { contactRows, readList } from './read-list.ts'

const ZOYA = '+919820098201'
const OM = '+919820098202'
const TWO = [`${ZOYA}|Zoya|Agra`, `${OM}|Om|Bhuj`]

describe('a list in an encoding of its region', () => {
  it.each([
    [
      'DE',
      'cp850',
      'Name;Telefon;Ort\nBörge Größ;030 2345679;Öhringen\n',
      '+49302345679|Börge Größ|Öhringen',
    ],
    [
      'PL',
      'windows-1250',
      'Imię i nazwisko;Telefon;Miasto\nŻaneta Łęcka;512 345 670;Łódź\n',
      '+48512345670|Żaneta Łęcka|Łódź',
    ],
    [
      'CZ',
      'maccenteuro',
      'Jméno a příjmení;Telefon;Město\nŽofie Růžičková;601 234 560;Plzeň\n',
      '+420601234560|Žofie Růžičková|Plzeň',
    ],
    [
      'GR',
      'windows-1253',
      'Όνομα;Κινητό;Πόλη\nΕλένη Παππά;6912345670;Πάτρα\n',
      '+306912345670|Ελένη Παππά|Πάτρα',
    ],
    [
      'TR',
      'windows-1254',
      'Ad Soyad;Cep telefonu;Şehir\nGökçe Işık;0532 123 45 60;Muğla\n',
      '+905321234560|Gökçe Işık|Muğla',
    ],
    [
      'AE',
      'windows-1256',
      'الاسم;الهاتف;المدينة\nليلى حسن;0501234560;العين\n',
      '+971501234560|ليلى حسن|العين',
    ],
    [
      'RU',
      'koi8-r',
      'Имя;Телефон;Город\nОльга Жукова;8 916 123-45-60;Пермь\n',
      '+79161234560|Ольга Жукова|Пермь',
    ],
    [
      'UA',
      'windows-1251',
      "Ім'я;Номер телефону;Місто\nЛілія Їжак;067 123 45 60;Київ\n",
      '+380671234560|Лілія Їжак|Київ',
    ],
    ['CN', 'gbk', '姓名,手机号,城市\n李小红,13812345670,上海\n', '+8613812345670|李小红|上海'],
    ['TW', 'big5', '姓名,手機,城市\n林美麗,0912345670,臺中\n', '+886912345670|林美麗|臺中'],
    [
      'JP',
      'shift_jis',
      '氏名,電話番号,市区町村\n鈴木花子,090-1234-5670,川崎市\n',
      '+819012345670|鈴木花子|川崎市',
    ],
    ['KR', 'euc-kr', '이름,휴대폰,도시\n박지민,010-1234-5670,부산\n', '+821012345670|박지민|부산'],
    ['TH', 'windows-874', 'ชื่อ,มือถือ,เมือง\nมาลี,0812345670,ขอนแก่น\n', '+66812345670|มาลี|ขอนแก่น'],
  ])('is read right in %s (%s)', async (region, encoding, text, row) => {
    expect(contactRows(await readList(iconv.encode(text, encoding), region))).toEqual([row])
  })

  it.each([
    [
      'UTF-16 without a mark',
      iconv.encode('Name,Mobile,City\nZoya,9820098201,Agra\nOm,9820098202,Bhuj\n', 'utf-16le'),
    ],
    ['NUL characters', Buffer.from('Name,Mobile,City\nZo\0ya,98200\x0098201,Agra\nOm,9820098202,Bhuj\n')],
    [
      'a byte order mark inside',
      Buffer.from('Name,Mobile,City\nZoya,9820098201,Agra\n\ufeff"Om",9820098202,Bhuj\n'),
    ],
    ['line ends of an old Mac', Buffer.from('Name,Mobile,City\rZoya,9820098201,Agra\rOm,9820098202,Bhuj\r')],
  ])('is read right with %s', async (_, bytes) => {
    expect(contactRows(await readList(bytes))).toEqual(TWO)
  })

  it('is asked about where its bytes prove nothing', async () => {
    const bytes = Buffer.from('Name,Mobile\n\xd5\xf5,9820098201\n', 'latin1')
    expect(contactRows(await readList(bytes))).toBe('asked: encoding')
  })
})

describe('a list with odd separators', () => {
  const lines = (sign: string) =>
    `Name,Mobile,City\nZoya,9820098201,Agra\nOm,9820098202,Bhuj\n`.replaceAll(',', sign)

  it.each(['^', '~', '¦', ':', '|', '\t', ';', '，', '；', '؛', '،'])(
    'is read right with %j',
    async (sign) => {
      expect(contactRows(await readList(lines(sign)))).toEqual(TWO)
    },
  )

  it.each([
    [
      'a border of a database client',
      '+------+------------+------+\n| Name | Mobile     | City |\n+------+------------+------+\n| Zoya | 9820098201 | Agra |\n| Om   | 9820098202 | Bhuj |\n+------+------------+------+\n',
    ],
    [
      'a table of Markdown',
      'Name | Mobile | City\n--- | --- | ---\nZoya | 9820098201 | Agra\nOm | 9820098202 | Bhuj\n',
    ],
    [
      'two tabs between the cells',
      'Name\t\tMobile\t\tCity\nZoya\t\t9820098201\t\tAgra\nOm\t\t9820098202\t\tBhuj\n',
    ],
    ['every line in quotation marks', '"Name,Mobile,City"\n"Zoya,9820098201,Agra"\n"Om,9820098202,Bhuj"\n'],
    ['one JSON string around it', '"Name,Mobile,City\\nZoya,9820098201,Agra\\nOm,9820098202,Bhuj"'],
    [
      'a warning of a server above it',
      '<br />\n<b>Notice</b>: x in <b>/a.php</b> on line <b>3</b><br />\nName,Mobile,City\nZoya,9820098201,Agra\nOm,9820098202,Bhuj\n',
    ],
    [
      'the page behind it',
      'Name,Mobile,City\nZoya,9820098201,Agra\nOm,9820098202,Bhuj\n<!DOCTYPE html>\n<html><body>\n<p>Bye</p>\n</body></html>\n',
    ],
    ['separators behind every row', 'Name,Mobile,City\nZoya,9820098201,Agra,,\nOm,9820098202,Bhuj,,\n'],
    [
      'cells in apostrophes',
      "'Name','Mobile','City'\n'Zoya','9820098201','Agra'\n'Om','9820098202','Bhuj'\n",
    ],
  ])('is read right with %s', async (_, text) => {
    expect(contactRows(await readList(text))).toEqual(TWO)
  })

  it.each([
    [
      'columns lined up with spaces',
      'Name   Mobile       City\nZoya   9820098201   Agra\nOm     9820098202   Bhuj\n',
      /lined up with spaces/,
    ],
    [
      'one space between the words',
      'Name Mobile City\nZoya 9820098201 Agra\nOm 9820098202 Bhuj\n',
      /lined up with spaces/,
    ],
    ['rows of an SQL statement', "('Zoya','9820098201','Agra'),\n('Om',9820098202,NULL);\n", /SQL/],
    ['lines of JSON', '{"name":"Zoya","mobile":"9820098201"}\n{"name":"Om","mobile":"9820098202"}\n', /JSON/],
    ['arrays of JSON', '["Name","Mobile"]\n["Zoya","9820098201"]\n', /JSON/],
    ['a table of HTML', '<div><table><tr><td>Zoya</td><td>9820098201</td></tr></table></div>', /web page/],
    ['a directory', 'dn: cn=Zoya\ncn: Zoya\nmobile: 9820098201\n', /LDIF/],
    ['a pointer of Git LFS', 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n', /LFS/],
    [
      'fields line by line',
      'Name: Zoya\nMobile: 9820098201\n\nName: Om\nMobile: 9820098202\n',
      /one field per line/,
    ],
  ])('is refused and named: %s', async (_, text, words) => {
    const list = await readList(text)
    expect(list).toMatchObject({ kind: 'refused', code: 'not_csv', message: expect.stringMatching(words) })
  })

  it('takes no row of a second list for one of the first', async () => {
    const text = 'Name,Mobile,City\nZoya,9820098201,Agra\n\nAgent,Phone,Area\nOm,9820098202,Camp\n'
    const list = await readList(text)
    expect(contactRows(list)).toEqual([`${ZOYA}|Zoya|Agra`, 'too_many_cells'])
    expect(list).toMatchObject({ notes: [expect.stringContaining('Line 4')] })
  })

  it.each([
    ['a separator in an unquoted cell', 'Name,Mobile,City\nZoya,9820098201,Agra\nOm,9820098202,Bhuj, Camp\n'],
    ['a cell more than the header', 'Name,Mobile,City\nZoya,9820098201,Agra\nOm,x,9820098202,Bhuj\n'],
  ])('refuses a row with %s', async (_, text) => {
    expect(contactRows(await readList(text))).toEqual([TWO[0], 'too_many_cells'])
  })
})

/** The values of a list's second column. */
async function readColumn(heading: string, cells: readonly string[], region = 'IN') {
  const quoted = cells.map(
    (cell, at) => `98200982${String(at).padStart(2, '0')},"${cell.replaceAll('"', '""')}"`,
  )
  const shown = contactRows(await readList(`Mobile,${heading}\n${quoted.join('\n')}\n`, region))
  return typeof shown === 'string' ? shown : shown.map((row) => row.replace(/^\+\d+\|?/u, ''))
}

describe('ugly cells', () => {
  it.each([
    [
      'Name',
      [
        'Se&aacute;n O&#39;Hara',
        '<b>Zoya</b>',
        'A &lt;b&gt; B',
        '“Zoya “Zo” Ray”',
        '«Ольга»',
        "'Zoya'",
        "'Zoya O''Hara'",
      ],
      ["Seán O'Hara", 'Zoya', 'A <b> B', 'Zoya “Zo” Ray', 'Ольга', 'Zoya', "Zoya O'Hara"],
    ],
    [
      'Name',
      ['Zoya nan', 'None', 'NULL NULL', 'Na', 'nil', 'Nan Ray'],
      ['Zoya', '', '', 'Na', '', 'Nan Ray'],
    ],
    [
      'Address',
      ['12 MG Road<br>Camp', '<p>7 Hill View</p>', '5 < 6 > 4', '&quot;Hill View&quot;'],
      ['12 MG Road Camp', '7 Hill View', '5 < 6 > 4', 'Hill View'],
    ],
    ['City', ['-', '.', '<NA>', '#N/A', 'k.A.', '無し', 'Agra'], ['', '', '', '', '', '', 'Agra']],
    [
      'Loan No',
      ['3.4567E+15', '007', '=“00125”', '="00126"', "'0127", '=A2&B2'],
      ['excel_damaged', '007', '00125', '00126', '0127', 'excel_damaged'],
    ],
    ['Pincode', ['282001.0', '3.7E+05', '370001.0'], ['282001', 'excel_damaged', '370001']],
    ['Pincode', ['2,82,001', '3,70,001', '011001'], ['282001', '370001', '011001']],
    [
      'Due Amount',
      [
        '₹ 1,20,000/-',
        '(500)',
        '1.2 lakh',
        '500 Dr',
        '5E+04',
        '-',
        'Rs. 7',
        'R1 234.50',
        'N45,500',
        'FCFA 500',
      ],
      [
        '120000',
        '-500',
        'money_invalid',
        'money_invalid',
        'excel_damaged',
        '',
        '7',
        '1234.5',
        '45500',
        '500',
      ],
    ],
    [
      'Due Date',
      ['31/02/2026', '1900-01-00', '0000-00-00', '46053', '31-Jan-26', 'Sat Jan 31 10:22:33 IST 2026'],
      ['date_invalid', '', '', '2026-01-31', '2026-01-31', '2026-01-31'],
    ],
    [
      'DOB',
      ['15/08/47', '15/08/2047', '03/15', '1604-03-15', '15 Aug'],
      ['1947-08-15', 'date_invalid', '', '', ''],
    ],
    ['DOB (BS)', ['2044-04-30', '2044-13-01', '1985-01-01'], ['1987-08-15', 'date_invalid', 'date_invalid']],
    ['State', ['MH', 'GJ', 'NA', 'KA', 'TN'], ['MH', 'GJ', 'NA', 'KA', 'TN']],
    [
      'Email',
      [
        '<zoya@example.com>',
        'Zoya Ray <zoya@example.com>',
        'anonymous',
        'a@example.com, b@example.com',
        'mailto:z@example.com',
      ],
      ['zoya@example.com', 'zoya@example.com', '', 'email_invalid', 'z@example.com'],
    ],
  ])('under %s: %j', async (heading, cells, values) => {
    expect(await readColumn(heading, cells)).toEqual(values)
  })

  it('read a number by the code of Namibia beside it', async () => {
    const text = 'Name,Country,Phone\nZoya,IN,9820098201\nPetrus,NA,0811234567\nJoe,US,4155550132\n'
    expect(contactRows(await readList(text))).toEqual([
      `${ZOYA}|Zoya|IN`,
      '+264811234567|Petrus|NA',
      '+14155550132|Joe|US',
    ])
  })
})
