import { beforeAll } from 'vitest'
import { speakLocale } from '../../src/locale.ts'

// Files run one after the other in one process, so the locale of the previous file's last bot is still set.
beforeAll(() => speakLocale('en-IN'))
