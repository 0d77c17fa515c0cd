/**
 * The emulated workspace in a browser: its people share files, type commands and press buttons. A separate
 * server, for this machine only.
 */

export { type Story, showStories } from './show-stories.ts'
export { startPage } from './start-page.ts'
