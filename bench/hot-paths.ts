import parsePhoneNumber from 'libphonenumber-js/max'
import { mapHeader } from '../src/customers/mapping/map-header.ts'
import { readPhones } from '../src/customers/phones/read-phone.ts'
import { answerHelp } from '../src/terminal/index.ts'
import { HEADER, inventCustomer } from './invented-customers.ts'
import { IMPORT_OPTIONS } from './ours.ts'

/**
 * Work done for every row and every file, measured alone in this process's time, so that regressions show.
 * Phones are compared with the library whose metadata is used; headers are measured alone.
 */
answerHelp('Usage: npm run bench:hot\n\nMeasures what every row and every file goes through, alone.')
const PHONES = 50_000
const FILES = 200
const SAMPLE_ROWS = 200
const ROUNDS = 5

const { defaultRegion: region, catalogue, dateOrder } = IMPORT_OPTIONS
const rows = Array.from({ length: PHONES }, (_, index) => inventCustomer(index).cells)
const phones = rows.map((cells) => cells[1] ?? '')
const sample = rows.slice(0, SAMPLE_ROWS)

interface HotPath {
  readonly name: string
  readonly times: number
  readonly run: (at: number) => unknown
}

const PATHS: readonly HotPath[] = [
  {
    name: 'phone, by libphonenumber-js',
    times: PHONES,
    run: (at) => {
      const found = parsePhoneNumber(phones[at] ?? '', { defaultCountry: 'IN', extract: false })
      return found?.isValid() ? found.number : null
    },
  },
  { name: 'phone, by readPhones', times: PHONES, run: (at) => readPhones(phones[at] ?? '', region) },
  {
    name: `header of ${HEADER.length} columns with ${SAMPLE_ROWS} rows, by mapHeader`,
    times: FILES,
    run: () => mapHeader(HEADER, sample, { catalogue, region, dateOrder }),
  },
]

/** The fastest of several rounds, because other load only adds time. Microseconds of processor time each. */
function time({ times, run }: HotPath): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage()
    for (let at = 0; at < times; at++) run(at)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / times)
  }
  return least
}

for (const path of PATHS) console.log(`${time(path).toFixed(2).padStart(10)} µs  ${path.name}`)
