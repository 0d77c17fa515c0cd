/**
 * XML as workbooks use it: bytes to text, text to tags. Cuts may fall anywhere, memory is flat, and no
 * definition in a document can expand. Has no code for workbooks.
 */
export { decodeXml } from './decode-xml.ts'
export { ESCAPE_LENGTH, unescapeText } from './unescape-text.ts'
export { type XmlHandler, XmlScanner } from './xml-scanner.ts'
export {
  type AttributePlace,
  attributesOf,
  decodeEntities,
  isTrue,
  nextAttribute,
  readPlainContent,
  type XmlTag,
} from './xml-tag.ts'
