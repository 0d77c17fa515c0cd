/**
 * The emulated workspace in a browser: its people share files, type commands and press buttons there.
 * A server of its own, for this machine alone.
 */

export { type Story, showStories } from './show-stories.ts'
export { type Page, startPage } from './start-page.ts'
