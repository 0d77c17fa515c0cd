/**
 * XML as workbooks use it: bytes to text, text to tags. Cuts may fall anywhere, memory stays flat, and nothing a
 * document defines can grow. It knows nothing of workbooks.
 */
export { decodeXml } from './decode-xml.ts'
export { ESCAPE_LENGTH, unescapeText } from './unescape-text.ts'
export { type XmlHandler, XmlScanner } from './xml-scanner.ts'
export {
  type AttributePlace,
  attributesOf,
  isTrue,
  nextAttribute,
  readPlainContent,
  type XmlTag,
} from './xml-tag.ts'
