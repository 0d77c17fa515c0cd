import { beforeAll } from 'vitest'
import { speakLocale } from '../../src/locale.ts'

// Files run one after the other in a process: the locale of the last bot of the file before is still spoken.
beforeAll(() => speakLocale('en-IN'))
