import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { showMessage } from '../../../dev/slack/show-message.ts'
import { FOREIGN_FORMATS } from '../../../src/csv/detect/foreign-formats.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'

const ZIP = 'PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0'

let bot: PlayedBot
beforeAll(async () => {
  bot = await playWorkspace()
})
afterAll(() => bot.stop())

async function replyTo(name: string, content: string): Promise<string> {
  const share = await bot.share('asha', name, Buffer.from(content, 'latin1'))
  const receipt = await bot.workspace.waitForReceipt(share)
  return showMessage(receipt, { nameOf: bot.workspace.personName, timeZone: 'Asia/Kolkata' })
}

describe('a file that is no CSV', () => {
  it.each<[string, string, keyof typeof FOREIGN_FORMATS]>([
    ['xlsx', `${ZIP}[Content_Types].xml`, 'xlsx'],
    ['xls', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'xls'],
    ['numbers', `${ZIP}Index/Document.iwa`, 'numbers'],
    ['ods', `${ZIP}mimetypeapplication/vnd.oasis.opendocument.spreadsheet`, 'ods'],
    ['pdf', '%PDF-1.7\n', 'pdf'],
    ['zip', `${ZIP}list.csv`, 'zip'],
    ['json', '[{"phone": "07417119014"}]', 'json'],
  ])(
    'is answered in the same words whether its name says .%s or only its bytes',
    async (extension, content, format) => {
      const { kind, how } = FOREIGN_FORMATS[format]

      for (const name of [`list.${extension}`, 'list.csv']) {
        const reply = await replyTo(name, content)
        expect(reply).toContain(kind)
        expect(reply).toContain(how)
      }
    },
  )
})
