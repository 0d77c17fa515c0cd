import { readFileSync } from 'node:fs'

/** Beside the sources, and one folder further up where they are built into `dist`. */
const PLACES = ['../package.json', '../../package.json']

/** This program's version, as in `0.1.0`. */
export function readVersion(): string {
  for (const place of PLACES) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'))
      if (name === 'customer-uploads') return String(version)
    } catch {
      // It is in the other place.
    }
  }
  return 'unknown'
}
