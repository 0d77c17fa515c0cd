/**
 * The web page of the emulated workspace.
 */
export { createChannelPage } from './channel-page.ts'
