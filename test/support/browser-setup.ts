import { findChromium } from '../../dev/docs/find-chromium.ts'

/** Prints what is skipped; if CI requires a browser, its absence fails the run. */
export function setup(): void {
  if (findChromium() !== undefined) return
  const advice =
    'No Chromium was found. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.'
  if (process.env.EXPECT_CHROMIUM === 'yes') throw new Error(advice)
  console.warn(`\n${advice} Every test in a browser is SKIPPED; the count is below.\n`)
}
