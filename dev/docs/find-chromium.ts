import { existsSync } from 'node:fs'

const PATHS = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** The browser of this machine: `CHROMIUM` says which, else the usual places are looked at. Nothing is downloaded. */
export const findChromium = (): string | undefined =>
  [process.env.CHROMIUM ?? '', ...PATHS].find((path) => path !== '' && existsSync(path))
