/**
 * Every setting with its description, default and check, and the settings as read from `.env`, the environment
 * and files of secrets. Only programs read the environment.
 */
export { type Config, type CoreConfig, loadConfig, loadCoreConfig, type SlackConfig } from './config.ts'
export { loadEnvFile } from './env-file.ts'
export { SETTING_NAMES, SETTINGS } from './settings.ts'
export type { SettingInForce } from './settings-in-force.ts'
