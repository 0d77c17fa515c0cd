import { existsSync } from 'node:fs'

const PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The machine's browser: `CHROMIUM`, else one of the usual paths. Nothing is downloaded. */
export const findChromium = (): string | undefined =>
  [process.env.CHROMIUM ?? '', ...PATHS].find((path) => path !== '' && existsSync(path))
