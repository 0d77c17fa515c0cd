import { damaged } from '../bounds/index.ts'
import { decodeEntities, type XmlTag } from './xml-tag.ts'

/** More than any real tag: Excel's longest have some hundred characters. */
const MAX_TAG_LENGTH = 64 * 1024
const MAX_DEPTH = 100
/** Maximum length of a reference that a cut may split, such as `&#x0010FFFF;`. */
const MAX_ENTITY_LENGTH = 32

const BANG = 0x21
const DOUBLE_QUOTE = 0x22
const SINGLE_QUOTE = 0x27
const SLASH = 0x2f
const LESS = 0x3c
const GREATER = 0x3e
const QUESTION = 0x3f
const SPACE = 0x20

/** The events of a scanner. Names are local, without prefixes. */
export interface XmlHandler {
  /** @param depth 1 for the root */
  open(name: string, depth: number, tag: XmlTag): void
  close(name: string, depth: number): void
  /** A piece of text. One text may come in several pieces. */
  text(piece: string): void
}

/** Inside a comment, a processing instruction or a CDATA section. */
interface Section {
  readonly end: string
  readonly isText: boolean
}
const COMMENT: Section = { end: '-->', isText: false }
const CDATA: Section = { end: ']]>', isText: true }
const INSTRUCTION: Section = { end: '?>', isText: false }

/**
 * Finds tags and text in XML that is cut anywhere. It buffers at most one tag, so a cell of any length costs
 * no memory. Document types are rejected, so no entity can expand.
 * @throws AppError workbook_damaged
 */
export class XmlScanner {
  readonly #handler: XmlHandler
  readonly #tag: XmlTag = { source: '', from: 0, to: 0, contentFrom: 0, resumeAt: 0 }
  /** Open elements: names as written, and local ones. */
  readonly #names: string[] = []
  readonly #locals: string[] = []
  #rest = ''
  #at = 0
  #section: Section | null = null
  #hasRoot = false
  #isPaused = false

  constructor(handler: XmlHandler) {
    this.#handler = handler
  }

  /** True after `pause` until the next `write`. `write('')` scans what is left. */
  get isPaused(): boolean {
    return this.#isPaused
  }

  /** For the handler: stops the scanner after the current tag. */
  pause(): void {
    this.#isPaused = true
  }

  write(piece: string): void {
    const source = this.#rest === '' ? piece : this.#rest + piece
    this.#isPaused = false
    this.#at = 0
    let goesOn = true
    while (goesOn && !this.#isPaused) {
      goesOn = this.#section ? this.#passSection(source, this.#section) : this.#step(source)
    }
    this.#rest = this.#at < source.length ? source.slice(this.#at) : ''
  }

  end(): void {
    if (!this.#hasRoot || this.#names.length > 0 || this.#section || this.#rest.trim() !== '')
      throw damaged('a part is cut off')
  }

  /** @returns false if the next piece is needed */
  #step(source: string): boolean {
    const less = source.indexOf('<', this.#at)
    if (less < 0) return this.#passRest(source)
    if (less > this.#at) {
      this.#passText(source.slice(this.#at, less))
      this.#at = less
    }
    if (less + 1 >= source.length) return false
    const code = source.charCodeAt(less + 1)
    if (code === BANG) return this.#passBang(source, less)
    if (code === QUESTION) return this.#enter(INSTRUCTION, less + 2)
    const greater = findTagEnd(source, less + 1)
    if ((greater < 0 ? source.length : greater) - less > MAX_TAG_LENGTH) throw damaged('a tag is too long')
    if (greater < 0) return false
    if (code === SLASH) this.#closeTag(source, less + 2, greater)
    else {
      this.#at = this.#openTag(source, less + 1, greater)
      return true
    }
    this.#at = greater + 1
    return true
  }

  #passText(text: string): void {
    if (this.#names.length > 0) this.#handler.text(decodeEntities(text))
    else if (text.trim() !== '') throw damaged('text stands outside of its root')
  }

  /** Text to the end of the piece; a reference that may continue is held back. */
  #passRest(source: string): boolean {
    const and = source.lastIndexOf('&')
    const isCut = and >= this.#at && source.length - and < MAX_ENTITY_LENGTH && !source.includes(';', and)
    const end = isCut ? and : source.length
    if (end > this.#at) this.#passText(source.slice(this.#at, end))
    this.#at = end
    return false
  }

  #passBang(source: string, less: number): boolean {
    if (source.startsWith('<!--', less)) return this.#enter(COMMENT, less + 4)
    if (source.startsWith('<![CDATA[', less)) return this.#enter(CDATA, less + 9)
    const begun = source.slice(less, less + 9)
    if ('<!--'.startsWith(begun) || '<![CDATA['.startsWith(begun)) return false
    throw damaged('it has a document type declaration')
  }

  #enter(section: Section, at: number): boolean {
    if (section.isText && this.#names.length === 0) throw damaged('text stands outside of its root')
    this.#section = section
    this.#at = at
    return true
  }

  #passSection(source: string, { end, isText }: Section): boolean {
    const stop = source.indexOf(end, this.#at)
    const till = stop < 0 ? Math.max(this.#at, source.length - end.length + 1) : stop
    if (isText && till > this.#at) this.#handler.text(source.slice(this.#at, till))
    this.#at = stop < 0 ? till : stop + end.length
    if (stop >= 0) this.#section = null
    return stop >= 0
  }

  /** @returns where to continue */
  #openTag(source: string, from: number, greater: number): number {
    const isEmpty = source.charCodeAt(greater - 1) === SLASH
    let nameTo = from
    for (; nameTo < greater; nameTo += 1) {
      const code = source.charCodeAt(nameTo)
      if (code <= SPACE || code === SLASH) break
    }
    const name = nameTo - from === 1 ? source.charAt(from) : source.slice(from, nameTo)
    if (name === '') throw damaged('a tag has no name')
    const local = localName(name)
    const depth = this.#names.length + 1
    if (depth === 1 && this.#hasRoot) throw damaged('a part has two roots')
    if (depth > MAX_DEPTH) throw damaged('its elements are nested too deep')
    this.#hasRoot = true
    const tag = this.#tag
    tag.source = source
    tag.from = nameTo
    tag.to = isEmpty ? greater - 1 : greater
    tag.contentFrom = isEmpty ? source.length : greater + 1
    tag.resumeAt = -1
    this.#handler.open(local, depth, tag)
    if (tag.resumeAt >= 0) return tag.resumeAt
    if (isEmpty) this.#handler.close(local, depth)
    else {
      this.#names.push(name)
      this.#locals.push(local)
    }
    return greater + 1
  }

  #closeTag(source: string, from: number, greater: number): void {
    const depth = this.#names.length
    const name = this.#names.pop()
    const local = this.#locals.pop()
    if (name === undefined || local === undefined || !source.startsWith(name, from))
      throw damaged('its tags do not match')
    for (let at = from + name.length; at < greater; at += 1) {
      if (source.charCodeAt(at) > SPACE) throw damaged('its tags do not match')
    }
    this.#handler.close(local, depth)
  }
}

/** A `>` may occur in an attribute; a `<` may not. @returns -1 if the tag does not end in `source` */
function findTagEnd(source: string, from: number): number {
  for (let at = from; at < source.length; at += 1) {
    const code = source.charCodeAt(at)
    if (code === GREATER) return at
    if (code === LESS) throw damaged('a tag stands inside another')
    if (code !== DOUBLE_QUOTE && code !== SINGLE_QUOTE) continue
    at = source.indexOf(code === DOUBLE_QUOTE ? '"' : "'", at + 1)
    if (at < 0) return -1
  }
  return -1
}

function localName(name: string): string {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}
