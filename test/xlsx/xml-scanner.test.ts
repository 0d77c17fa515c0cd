import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/errors.ts'
import { attributesOf, decodeXml, XmlScanner } from '../../src/xlsx/xml/index.ts'

type Event = readonly [kind: string, ...details: string[]]

/** The scanner's events for the pieces, with texts joined. */
async function scan(pieces: readonly Uint8Array[]): Promise<Event[]> {
  const events: Event[] = []
  let text = ''
  const flush = () => {
    if (text !== '') events.push(['text', text])
    text = ''
  }
  const scanner = new XmlScanner({
    open(name, _depth, tag) {
      flush()
      events.push(['open', name, ...[...attributesOf(tag)].flat()])
    },
    close(name) {
      flush()
      events.push(['close', name])
    },
    text(piece) {
      text += piece
    },
  })
  async function* source() {
    for (const piece of pieces) yield Buffer.from(piece)
  }
  for await (const piece of decodeXml(source())) scanner.write(piece)
  scanner.end()
  return events
}

/** The same from a full parser. */
function parse(xml: string): Event[] {
  const events: Event[] = []
  let text = ''
  const flush = () => {
    if (text !== '') events.push(['text', text])
    text = ''
  }
  const local = (name: string) => name.slice(name.indexOf(':') + 1)
  const parser = new SaxesParser({ xmlns: false })
  let depth = 0
  parser.on('opentag', ({ name, attributes }) => {
    flush()
    depth += 1
    const kept = Object.entries(attributes as Record<string, string>).filter(
      ([key]) => !/^xmlns(:|$)/.test(key),
    )
    const named = kept.map(([key, value]) => [key.includes(':') ? `:${local(key)}` : key, value])
    events.push(['open', local(name), ...named.flat()])
  })
  parser.on('closetag', ({ name }) => {
    flush()
    depth -= 1
    events.push(['close', local(name)])
  })
  parser.on('text', (piece) => {
    // It also returns the line ends around the root.
    if (depth > 0) text += piece
  })
  parser.on('cdata', (piece) => {
    text += piece
  })
  parser.on('error', (error) => {
    throw error
  })
  parser.write(xml).close()
  return events
}

const DOCUMENTS = [
  '<a/>',
  '<?xml version="1.0" encoding="UTF-8"?>\r\n<a b="1"\n c=\'2 "x"\'>t</a>\n<!-- end -->',
  '<x:a xmlns:x="urn:x" xmlns="urn:y" x:id="7" id="8"><x:b >é 😀 नेहा</x:b ><c/></x:a>',
  '<a><!-- <b> --><b>1 &lt; 2 &amp;&amp; &#x1F600;&#233;&quot;&apos;&gt;</b><![CDATA[<c>&amp;]]]]><![CDATA[>]]><?pi <d> ?></a>',
  '<a b="x>y" c="&lt;&amp;&#10;"  ><b\t/>line\r\nline\rline\n</a>',
  '<a><b><c><d>deep</d></c></b>]] ></a>',
]

const bytesOf = (xml: string) => Buffer.from(xml)
const cutAt = (bytes: Buffer, ...places: number[]) =>
  [0, ...places].map((from, at) => bytes.subarray(from, places[at] ?? bytes.length))

describe('the scanner', () => {
  it.each(DOCUMENTS)('finds what a full parser finds, at every cut: %s', async (xml) => {
    const wanted = parse(xml)
    const bytes = bytesOf(xml)
    for (let place = 0; place <= bytes.length; place += 1) {
      expect(await scan(cutAt(bytes, place)), `cut at ${place}`).toEqual(wanted)
    }
    expect(await scan([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(wanted)
  })

  it('finds what a full parser finds in any document, cut anywhere', async () => {
    const name = fc.constantFrom('a', 'row', 'x:c', 'is', 'v')
    const text = fc.array(fc.constantFrom('a', ' ', '\n', '\r', '&amp;', '&#9;', '😀', '>', 'न', '"', "'"), {
      maxLength: 8,
    })
    const attribute = fc.tuple(
      fc.constantFrom('r', 's', 'x:id'),
      text.map((parts) => parts.join('').replace(/["\r]/g, '')),
    )
    const attributes = fc.uniqueArray(attribute, { maxLength: 3, selector: ([key]) => key })
    const { node } = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        text.map((parts) => parts.join('')),
        fc.constantFrom('<!--x-->', '<![CDATA[<&]]>', '<?p q?>'),
        fc
          .tuple(name, attributes, fc.array(tie('node'), { maxLength: 4 }))
          .map(
            ([tag, list, inside]) =>
              `<${tag}${list.map(([key, value]) => ` ${key}="${value}"`).join('')}>${inside.join('')}</${tag}>`,
          ),
      ),
    }))
    await fc.assert(
      fc.asyncProperty(
        fc.array(node, { maxLength: 5 }),
        fc.array(fc.nat(), { maxLength: 5 }),
        async (nodes, cuts) => {
          const xml = `<root xmlns:x="urn:x">${nodes.join('')}</root>`
          const bytes = bytesOf(xml)
          const places = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b)
          expect(await scan(cutAt(bytes, ...places))).toEqual(parse(xml))
        },
      ),
    )
  })

  it('stops when it is paused and goes on where it stopped', () => {
    const names: string[] = []
    const scanner = new XmlScanner({
      open(name) {
        names.push(name)
        scanner.pause()
      },
      close() {},
      text() {},
    })
    scanner.write('<a><b/><c>')
    const counts = [names.length]
    while (scanner.isPaused) {
      scanner.write('')
      counts.push(names.length)
    }
    scanner.write('</c></a>')
    scanner.end()
    expect(counts).toEqual([1, 2, 3, 3])
  })

  it.each([
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an ampersand alone', '<a>a & b</a>'],
    ['a reference to no character', '<a>&#0;</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['tags that do not match', '<a><b></a></b>'],
    ['an end without a beginning', '<a></a></b>'],
    ['a beginning without an end', '<a><b></b>'],
    ['two roots', '<a/><b/>'],
    ['text outside of the root', '<a/>x'],
    ['nothing', ''],
    ['a tag inside a tag', '<a <b>></a>'],
    ['a tag without a name', '<a>< b></a>'],
    ['an attribute without quotes', '<a b=1></a>'],
    ['an attribute without a value', '<a b></a>'],
    ['a comment without an end', '<a><!-- </a>'],
    ['a document that is cut off', '<a>te'],
    ['elements nested too deep', '<a>'.repeat(101) + '</a>'.repeat(101)],
    ['a tag that is too long', `<a b="${'x'.repeat(70_000)}"/>`],
    ['a tag that never ends', `<a b="${'x'.repeat(200_000)}`],
  ])('refuses %s, at every cut', async (_, xml) => {
    const bytes = bytesOf(xml)
    const step = Math.max(1, Math.floor(bytes.length / 60))
    for (let place = 0; place <= bytes.length; place += step) {
      const error = await scan(cutAt(bytes, place)).catch((thrown: unknown) => thrown)
      expect(error, `cut at ${place}`).toMatchObject({ code: 'workbook_damaged' })
    }
  })
})

describe('the encoding of a part', () => {
  const xml = '<?xml version="1.0" encoding="UTF-16"?><a>नेहा 😀</a>'
  const swapped = Buffer.from(xml, 'utf16le').swap16()
  it.each([
    ['UTF-8 with a mark', Buffer.from(`\ufeff${xml}`)],
    ['UTF-8 that calls itself UTF-16', Buffer.from(xml)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${xml}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(xml, 'utf16le')],
    ['UTF-16, the high byte first', Buffer.concat([Buffer.of(0xfe, 0xff), swapped])],
    ['UTF-16, the high byte first, without a mark', swapped],
  ])('is told: %s', async (_, bytes) => {
    for (const place of [2, 3, 40, bytes.length - 9, bytes.length - 10, bytes.length - 11]) {
      const events = await scan(cutAt(bytes, place))
      expect(events).toContainEqual(['text', 'नेहा 😀'])
    }
  })

  it('is told by the declaration where it is an old one', async () => {
    const bytes = Buffer.from('<?xml version="1.0" encoding="windows-1252"?><a>Jos\xe9</a>', 'latin1')
    expect(await scan([bytes])).toContainEqual(['text', 'José'])
  })

  it.each([
    ['bytes that are no UTF-8', Buffer.from('<a>Jos\xe9</a>', 'latin1')],
    ['a character that is cut off', Buffer.from('<a/>\xe0\xa4', 'latin1')],
    ['half a pair in UTF-16', Buffer.from('<\0a\0>\0\x3d\xd8<\0/\0a\0>\0', 'latin1')],
    ['an encoding nobody knows', Buffer.from('<?xml version="1.0" encoding="x-none"?><a/>')],
  ])('is refused where letters would be lost: %s', async (_, bytes) => {
    await expect(scan([bytes])).rejects.toBeInstanceOf(AppError)
  })
})
