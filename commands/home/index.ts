/** The App Home, its settings, the greeting, and the message and global shortcuts. */
export { describeGreeting, describeNotChosen, EXAMPLE_CSV, EXAMPLE_NAME } from './greeting-reply.ts'
export { describeHome, type Home, REFRESH_HOME, SEARCH_CUSTOMER } from './home.ts'
export { buildSettingsPage } from './home-settings.ts'
export { describePrivatePreview, PREVIEW_UPLOAD, previewPrivately } from './private-preview.ts'
export { SHORTCUTS, type ShortcutDefinition, type ShortcutInput } from './shortcuts.ts'
