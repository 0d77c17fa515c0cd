/**
 * Files and folders on disk that only the bot's user can read, and their clean-up after a killed process.
 */
export { listPrivateFolders, makePrivateFolder } from './private-folder.ts'
export { makeTemporaryFolder, removeLeftFolders } from './temporary-folder.ts'
export { withTemporaryFile } from './with-temporary-file.ts'
