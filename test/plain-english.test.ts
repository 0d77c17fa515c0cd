import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = ['src', 'commands', 'models', 'dev', 'test', 'bench']
/** Maximum of words in a sentence of a reply, an error or a help text. */
const MAX_WORDS = 20
/** Quotes the names of tests and of phrases. */
const THIS_FILE = 'test/plain-english.test.ts'
/** Generated from the table of forms, whose texts are replies. */
const GENERATED = 'docs/commands.md'

/** Phrases of an earlier, literary style, which hide the subject. */
const RETIRED = [
  'whoever',
  'what somebody',
  'what stands',
  '(?:is|are|was|were|be) told',
  'told (?:of|apart)',
  'looked? (?:at )?behind',
  'anew',
  'at its word',
  'goes through by itself',
  'passed over',
  'says? (?:so|nothing|why)',
]
const RETIRED_PHRASE = new RegExp(String.raw`\b(?:${RETIRED.join('|')})\b`, 'gi')

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8')

const list = (folder: string, ending: string): readonly string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => `${folder}/${path}`)

/** Sentences end at a mark before a space, and at the end of a line. A list after a colon is counted apart. */
const sentencesOf = (text: string): readonly string[] => text.split(/\n|(?<=[.!?:;…])\s+|\s→\s/)

/** Words have a letter. Numbers and the items of a table do not make a sentence hard. */
const countWords = (sentence: string): number =>
  sentence.split(/\s+/).filter((word) => /\p{L}/u.test(word)).length

/** The comments of a formatted source: lines that begin like one, and the ends of other lines. */
const commentsOf = (source: string): string =>
  (source.match(/^\s*\/?\*.*|(?:^|\s)\/\/ .*/gm) ?? [])
    .map((line) => line.replace(/^\s*(?:\/\*\*?|\*|\/\/)/, '').trim())
    .join(' ')

/** Text without code and without emphasis, which quotes buttons and names of tests. */
const withoutQuotes = (text: string): string =>
  text.replace(/```[\s\S]*?```|`[^`\n]*`|"[^"\n]*"|(?<!\*)\*[^*\n]+\*(?!\*)/g, ' ')

const findRetired = (text: string): readonly string[] =>
  withoutQuotes(text).replace(/\s+/g, ' ').match(RETIRED_PHRASE) ?? []

describe('plain English', () => {
  it.each([
    ['One. Two three.\nFour', [1, 2, 1]],
    ['Rows: 12 of 14 → share them again', [1, 1, 3]],
  ])('counts the words of each sentence of %j', (text, words) => {
    expect(sentencesOf(text).map(countWords)).toEqual(words)
  })

  it.each([
    ['/** Whoever asks. */\nconst whoever = 1 // is\n', ['Whoever']],
    ['/**\n * The owner is\n * told of it.\n */', ['is told']],
    ['// *Whoever* and `whoever` are quotes', []],
  ])('finds retired phrases in the comments of %j', (source, phrases) => {
    expect(findRetired(commentsOf(source))).toEqual(phrases)
  })

  it('has at most 20 words in each sentence that users read', () => {
    const texts = list('test/replies', '.txt')
    const long = texts.flatMap((path) =>
      sentencesOf(read(path))
        .filter((sentence) => !sentence.includes(' | ') && countWords(sentence) > MAX_WORDS)
        .map((sentence) => `${path}: ${sentence}`),
    )

    expect(texts.length).toBeGreaterThan(300)
    expect(long).toEqual([])
  })

  it('has no retired phrase in comments', () => {
    const found = SOURCES.flatMap((folder) => list(folder, '.ts'))
      .filter((path) => path !== THIS_FILE)
      .flatMap((path) => findRetired(commentsOf(read(path))).map((phrase) => `${path}: ${phrase}`))

    expect(found).toEqual([])
  })

  it('has no retired phrase in the documentation', () => {
    const pages = ['README.md', 'CONTRIBUTING.md', ...list('docs', '.md')]
    const found = pages
      .filter((path) => path !== GENERATED)
      .flatMap((path) => findRetired(read(path)).map((phrase) => `${path}: ${phrase}`))

    expect(found).toEqual([])
  })
})
