import { describe, expect, it } from 'vitest'
import type { Customer, FileUpload } from '../../models/index.ts'
import { useImportCommand } from './support/use-import-command.ts'

const command = useImportCommand()
const { runFile } = command

const phones = async () =>
  (await command.models.customers.collection.find<Customer>({}).toArray())
    .map((one) => one.primary_phone)
    .sort()

const HEADER = 'Client,Contact Number,Alternate Number'
const LIST = `${HEADER}\nVikram,9812345678,9822233344\nNeha,9845567890,9822233345\n`

/** An import with the alternate number as phone. */
async function importedBefore(): Promise<void> {
  await runFile('before.csv', LIST, { phoneColumn: 'Alternate Number' })
  await command.models.fileUploads.collection.updateOne(
    { number: await latest() },
    { $unset: { 'file.phone_column': '' } },
  )
}

async function latest(): Promise<number> {
  const [upload] = await command.models.fileUploads.collection
    .find<FileUpload>({})
    .sort({ number: -1 })
    .limit(1)
    .toArray()
  return upload?.number ?? 0
}

describe('npm run import of a file whose headings were read another way before', () => {
  it.each([{}, { dryRun: true }])(
    'refuses it, names both readings and how to choose one (%o)',
    async (ask) => {
      await importedBefore()
      const [before, number] = [await phones(), await latest()]

      const { status, stderr } = await runFile('after.csv', LIST, ask)

      expect(status).toBe(1)
      expect(stderr).toContain('reading_changed: ')
      expect(stderr).toContain(`(#${number})`)
      expect(stderr).toContain('Before: the phone from "Alternate Number" (finds 2 known customers)')
      expect(stderr).toContain('Now: the phone from "Contact Number" (finds 0 known customers)')
      expect(stderr).toContain('add --phone-column "Alternate Number"')
      expect(stderr).toContain('add --anyway')
      expect(stderr).toContain('line 2: before +91 98222 33344, now +91 98123 45678')
      expect(stderr).toContain('line 3: before +91 98222 33345, now +91 98455 67890')
      const stored = await command.models.fileUploads.collection.find({ status: 'failed' }).toArray()
      expect(JSON.stringify(stored)).not.toMatch(/98\d{3}\s?\d{5}/)
      expect(await phones()).toEqual(before)
    },
  )

  it('reads it as before with the earlier column, and the new way with --anyway', async () => {
    await importedBefore()

    expect((await runFile('after.csv', LIST, { phoneColumn: 'Alternate Number' })).status).toBe(0)
    expect(await phones()).toEqual(['+919822233344', '+919822233345'])
    const { status, stdout } = await runFile('after.csv', LIST, { anyway: true })

    expect(status).toBe(0)
    expect(stdout).toContain('were read with the phone from "Alternate Number" before')
    expect(await phones()).toEqual(['+919812345678', '+919822233344', '+919822233345', '+919845567890'])
    // From now on these headings are read the new way.
    expect((await runFile('again.csv', LIST.replace('Neha', 'Neha Rao'))).status).toBe(0)
  })

  it('knows the region of an import of an earlier version by its phones', async () => {
    const text = 'Name,Mobile\nMaria,4155550132\nJo,4155550133\n'
    await runFile('us.csv', text, { settings: { DEFAULT_REGION: 'US' } })
    await command.models.fileUploads.collection.updateMany({}, { $unset: { 'file.mapping.region': '' } })

    const refused = await runFile('in.csv', text)
    expect(refused.status).toBe(1)
    expect(refused.stderr).toContain('Before: the country from DEFAULT_REGION (United States)')
    expect(refused.stderr).toContain('line 2: before +1 415 555 0132, now ')
    expect((await runFile('us.csv', text, { settings: { DEFAULT_REGION: 'US' } })).status).toBe(0)
  })

  it('asks nothing where the numbers of an earlier version name their countries', async () => {
    const text = 'Name,Mobile\nMaria,+14155550132\nJo,+14155550133\n'
    await runFile('us.csv', text, { settings: { DEFAULT_REGION: 'IN' } })
    await command.models.fileUploads.collection.updateMany({}, { $unset: { 'file.mapping.region': '' } })
    expect((await runFile('again.csv', text.replace('Jo', 'Joe'))).status).toBe(0)
  })

  it('takes the country as before with the phone column, and the new one with --anyway', async () => {
    const text = 'Name,Mobile\nMaria,4155550132\n'
    await runFile('us.csv', text, { settings: { DEFAULT_REGION: 'US' } })

    const refused = await runFile('in.csv', text)
    expect(refused.stderr).toContain(
      'Before: the country from DEFAULT_REGION (United States) (finds 1 known customer)',
    )
    const asBefore = await runFile('in.csv', text, { phoneColumn: 'Mobile' })

    expect(asBefore.stdout).toContain('with the country from DEFAULT_REGION (United States)')
    expect(await phones()).toEqual(['+14155550132'])
    expect((await runFile('in.csv', 'Name,Mobile\nAsha,9876543210\n', { anyway: true })).status).toBe(0)
    expect(await phones()).toEqual(['+14155550132', '+919876543210'])
  })
})
