import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { showMessage } from '../../../dev/slack/show-message.ts'
import { FOREIGN_FORMATS } from '../../../src/csv/detect/foreign-formats.ts'
import { AppError, type ErrorCode } from '../../../src/errors.ts'
import { type PlayedBot, playWorkspace } from '../../support/play-workspace.ts'
import { buildZip } from '../../xlsx/support/build-zip.ts'

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

describe('a file that is no list', () => {
  it.each<[string, string, keyof typeof FOREIGN_FORMATS]>([
    ['pdf', '%PDF-1.7\n', 'pdf'],
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

  const zip = (...names: string[]) =>
    buildZip(names.map((name) => ({ name, content: name === 'mimetype' ? ODS : 'x' }))).toString('latin1')
  const ODS = 'application/vnd.oasis.opendocument.spreadsheet'

  it.each<[string, string, ErrorCode]>([
    ['xls', '\x09\x08\x10\0\0\x06\x05\0', 'workbook_xls'],
    ['numbers', zip('Index/Document.iwa'), 'workbook_numbers'],
    ['ods', zip('mimetype', 'content.xml'), 'workbook_ods'],
    ['xlsb', zip('xl/workbook.bin'), 'workbook_xlsb'],
  ])(
    'is told how to become a workbook whether its name says .%s or only its bytes',
    async (ending, content, code) => {
      for (const name of [`list.${ending}`, 'list.csv']) {
        const reply = await replyTo(name, content)
        expect(reply).toContain(new AppError(code, { file: name }).message.replaceAll('`', ''))
        expect(reply).toContain(new AppError(code).next)
      }
    },
  )
})
