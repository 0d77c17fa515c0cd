import iconv from 'iconv-lite'

/** Frequent in names, cities and headings of customer lists. */
const HAN_NAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文' +
  '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂华建国红玉志小大永春天海龙飞云鹏宇辉波宁俊峰东新生民安成光荣思嘉佳美欣怡婷雪梅慧琳颖莉' +
  '北京上海广州深圳杭南成都重庆武汉西安天津苏州姓名电话手机号码地址城市省客户联系人邮箱编号备注金额日期区路街' +
  '張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許蘇盧蔣賈葉閻鍾陸龍萬錢湯賴龔偉麗強軍艷傑濤蘭剛華國紅雲鵬輝寧東榮欣電話機號碼聯絡戶臺台北中高雄港灣縣市鄉區額備註' +
  '田中山本佐藤鈴木高橋渡辺伊東村小林加吉川清水井上松崎森池阿部石岡前原野島谷口太郎花子一二三美恵由紀健大翔京都大阪横浜名古屋神戸福岡札幌氏名住所番号携帯顧客金額'
const HANGUL_NAMES =
  '김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민나진지엄채원천방공현함변염여추도소석선설마길연위표명기반라왕금옥육인맹제모탁국어은편용' +
  '수영준재희경호미혜승상태동아예빈훈철규숙순자윤솔별봄가람빛울산부대광세종서울이름전화번호휴대폰주소도시고객금액메일날짜'

/** Ranges of frequent two-byte letters, by the first byte; the standards list frequent letters first. */
const FREQUENT_ROWS: Readonly<Record<string, readonly [number, number, number]>> = {
  gb18030: [0xb0, 0xd7, 0xa1],
  big5: [0xa4, 0xc6, 0x40],
  shift_jis: [0x88, 0x98, 0x40],
  'euc-jp': [0xb0, 0xcf, 0xa1],
  'euc-kr': [0xb0, 0xc8, 0xa1],
}

const names = new Set(HAN_NAMES + HANGUL_NAMES)
const frequent = new Map<string, ReadonlySet<string>>()

function frequentLetters(encoding: string): ReadonlySet<string> {
  const known = frequent.get(encoding)
  if (known) return known
  const [first, last, low] = FREQUENT_ROWS[encoding] ?? [1, 0, 0]
  const bytes: number[] = []
  for (let lead = first; lead <= last; lead += 1) {
    for (let trail = low; trail <= 0xfe; trail += 1) if (trail !== 0x7f) bytes.push(lead, trail)
  }
  const letters = new Set(iconv.decode(Buffer.from(bytes), encoding))
  frequent.set(encoding, letters)
  return letters
}

/** Cost in nats of an East Asian letter in a list of people; null for other letters. */
export function rateEastAsian(letter: string, code: number, encoding: string): number | null {
  if (code >= 0x3040 && code <= 0x30ff) return 1.5
  if (code >= 0xff61 && code <= 0xff65) return 3.5
  if (code >= 0xff61 && code <= 0xff9f) return 2.5
  if (code >= 0xff01 && code <= 0xff5e) return 2
  if (code >= 0x3000 && code <= 0x303f) return 1.5
  const isHan = (code >= 0x3400 && code <= 0x9fff) || (code >= 0xf900 && code <= 0xfaff) || code >= 0x20000
  if (!isHan && !(code >= 0xac00 && code <= 0xd7a3)) return null
  if (names.has(letter)) return 1.2
  // Korean lists are written in Hangul.
  if (isHan && encoding === 'euc-kr') return 6
  return frequentLetters(encoding).has(letter) ? 3.2 : 6.5
}
