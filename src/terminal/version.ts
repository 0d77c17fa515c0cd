import { readFileSync } from 'node:fs'

/** Relative to the sources, and to the built files in `dist`. */
const PLACES = ['../../package.json', '../../../package.json']

/** This program's version, as in `0.1.0`. */
export function readVersion(): string {
  for (const place of PLACES) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'))
      if (name === 'customer-uploads') return String(version)
    } catch {
      // Try the other place.
    }
  }
  return 'unknown'
}
