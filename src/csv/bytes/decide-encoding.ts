import iconv from 'iconv-lite'
import type { EncodingEvidence, LegacyLine } from './encoding-evidence.ts'
import { LEGACY_ENCODINGS } from './encodings.ts'
import { regionOf } from './languages.ts'
import { rateReading } from './rate-reading.ts'

/** Two lines of a file decoded with one encoding. */
export interface EncodingReading {
  /** iconv-lite name. */
  readonly encoding: string
  readonly lines: readonly { readonly line: number; readonly text: string }[]
}

type EncodingJudgement =
  | { readonly kind: 'decided'; readonly encoding: string }
  /** No reading is proved, or several are equally likely: a person must choose. */
  | { readonly kind: 'open'; readonly readings: readonly EncodingReading[] }

/** Minimum difference between the best two readings, in nats: about a 1 in 20 chance of error. */
const MARGIN = 3
/** Nats per letter above which a reading is no list of people. */
const READABLE = 2.7
/** The same for two-byte letters. */
const READABLE_WIDE = 4.5
const MAX_READINGS = 3
const SHOWN_LINES = 2
const SHOWN_CHARACTERS = 80

interface Candidate {
  readonly encoding: string
  readonly text: string
  readonly cost: number
  readonly isReadable: boolean
}

/**
 * Chooses the encoding of lines that are not UTF-8. The evidence is bytes without a letter in an encoding,
 * and which reading gives names in the region's languages. Encodings with the same result are one reading.
 *
 * @param giveWay called between readings; each takes some milliseconds
 */
export async function decideEncoding(
  evidence: Pick<EncodingEvidence, 'lines'>,
  region: string | undefined,
  giveWay: () => Promise<void>,
): Promise<EncodingJudgement> {
  const lines = evidence.lines
  const bytes = Buffer.concat(lines.flatMap(({ bytes: line }) => [line, Buffer.from('\n')]))
  const home = regionOf(region).encodings
  const candidates: Candidate[] = []
  for (const { name, rarity, isWide } of LEGACY_ENCODINGS) {
    const text = iconv.decode(bytes, name, { stripBOM: false })
    const place = home.indexOf(name)
    const prior = place >= 0 ? Math.min(1.5, place * 0.75) : rarity + (home.length > 1 ? 1 : 0)
    const known = candidates.findIndex((candidate) => candidate.text === text)
    const { cost, characters } = rateReading(text, name, region)
    const candidate = {
      encoding: name,
      text,
      cost: cost + prior,
      isReadable: cost <= characters * (isWide ? READABLE_WIDE : READABLE),
    }
    if (known < 0) candidates.push(candidate)
    else if (candidate.cost < (candidates[known]?.cost ?? 0)) candidates[known] = candidate
    await giveWay()
  }
  candidates.sort((a, b) => a.cost - b.cost)
  const [best, next] = candidates
  if (best?.isReadable && (!next || next.cost - best.cost >= MARGIN))
    return { kind: 'decided', encoding: best.encoding }
  const shown = candidates.filter((one, at) => at < 2 || one.cost - (best?.cost ?? 0) < MARGIN * 2)
  const usual = candidates.find(({ encoding, text }) => encoding === home[0] && !text.includes('\uFFFD'))
  const likely = withUsual(shown.slice(0, MAX_READINGS), usual)
  return { kind: 'open', readings: likely.map(({ encoding }) => showReading(encoding, lines)) }
}

/** The region's usual encoding is always among the offered readings. */
function withUsual(shown: readonly Candidate[], usual: Candidate | undefined): readonly Candidate[] {
  if (!usual || shown.includes(usual)) return shown
  return [...shown.slice(0, MAX_READINGS - 1), usual]
}

/** The lines with most letters outside ASCII are the best examples. */
function showReading(encoding: string, lines: readonly LegacyLine[]): EncodingReading {
  const telling = [...lines].slice(0, 50).sort((a, b) => countHigh(b.bytes) - countHigh(a.bytes))
  const shown = telling.slice(0, SHOWN_LINES).sort((a, b) => a.line - b.line)
  return {
    encoding,
    lines: shown.map(({ line, bytes }) => ({
      line,
      text: iconv.decode(bytes, encoding, { stripBOM: false }).slice(0, SHOWN_CHARACTERS),
    })),
  }
}

function countHigh(bytes: Buffer): number {
  let count = 0
  for (const byte of bytes) if (byte >= 0x80) count += 1
  return count
}
