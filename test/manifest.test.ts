import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { PREVIEW_UPLOAD } from '../commands/home/private-preview.ts'
import { GLOBAL_SHORTCUTS, SHORTCUTS } from '../commands/home/shortcuts.ts'
import { COMMANDS } from '../commands/index.ts'
import { LOOKUP_WINDOW } from '../src/slack/windows/modals.ts'

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')

/** Slack's rules: https://docs.slack.dev/reference/app-manifest. Unknown keys are rejected. */
const manifestSchema = z.strictObject({
  display_information: z.strictObject({
    name: z.string().min(1).max(35),
    description: z.string().max(140),
    long_description: z.string().min(174).max(4000).optional(),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z
      .strictObject({
        home_tab_enabled: z.boolean(),
        messages_tab_enabled: z.boolean(),
        messages_tab_read_only_enabled: z.boolean(),
      })
      .optional(),
    bot_user: z.strictObject({ display_name: z.string().min(1).max(80), always_online: z.boolean() }),
    shortcuts: z
      .array(
        z.strictObject({
          name: z.string().max(24),
          type: z.enum(['message', 'global']),
          callback_id: z.string().max(255),
          description: z.string().max(150),
        }),
      )
      .max(10)
      .optional(),
    slash_commands: z
      .array(
        z.strictObject({
          command: z.string().regex(/^\/[a-z0-9_-]{1,31}$/),
          description: z.string().min(1).max(2000),
          usage_hint: z.string().max(1000).optional(),
          should_escape: z.boolean(),
        }),
      )
      .max(50),
  }),
  oauth_config: z.strictObject({
    scopes: z.strictObject({ bot: z.array(z.string().regex(/^[a-z_]+(:[a-z]+)?$/)) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ bot_events: z.array(z.string()).max(100) }),
    interactivity: z.strictObject({ is_enabled: z.boolean() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    // If true, the static bot token would expire after twelve hours.
    token_rotation_enabled: z.literal(false),
  }),
})

const manifest = manifestSchema.parse(parse(read('manifest.yml')))
const { slash_commands } = manifest.features

describe('the manifest', () => {
  it('declares the commands there are, in the words they are described with', () => {
    expect(
      slash_commands.map(({ command, description, usage_hint }) => [command, description, usage_hint]),
    ).toEqual(COMMANDS.map(({ name, description, usageHint }) => [name, description, usageHint]))
  })

  it('declares the shortcuts there are', () => {
    expect(
      (manifest.features.shortcuts ?? []).map(({ type, callback_id, name, description }) => [
        type,
        callback_id,
        name,
        description,
      ]),
    ).toEqual(
      [
        ...SHORTCUTS.map((shortcut) => ({ type: 'message', ...shortcut })),
        ...GLOBAL_SHORTCUTS.map((shortcut) => ({ type: 'global', ...shortcut })),
      ].map(({ type, callbackId, name, description }) => [type, callbackId, name, description]),
    )
  })

  it('names the same commands as the tables of docs/commands.md', () => {
    const inPage = [...read('docs/commands.md').matchAll(/^\|\s*`(\/[a-z]+)[^`]*`\s*\|/gm)].map(
      (match) => match[1],
    )

    expect([...new Set(inPage)].sort()).toEqual(COMMANDS.map(({ name }) => name).sort())
  })

  it('names the same shortcuts as docs/commands.md', () => {
    const page = read('docs/commands.md')

    for (const { name } of [...SHORTCUTS, ...GLOBAL_SHORTCUTS]) expect(page).toContain(`*${name}*`)
  })

  it('opens the window that the shortcut of the same name is answered with', () => {
    expect(GLOBAL_SHORTCUTS.map(({ callbackId }) => callbackId)).toEqual([LOOKUP_WINDOW, PREVIEW_UPLOAD])
  })

  it('has Slack write out who is mentioned where people are named, and leave phones as they are typed', () => {
    const escaped = slash_commands.filter(({ should_escape }) => should_escape)

    expect(escaped.map(({ command }) => command)).toEqual(['/uploads'])
  })

  it('lets the bot hand files to one person alone', () => {
    expect(manifest.features.app_home?.messages_tab_enabled).toBe(true)
  })

  it('asks for no scope with which the bot could read what people write to each other', () => {
    const { bot } = manifest.oauth_config.scopes

    expect(bot.filter((scope) => scope.endsWith(':history'))).toEqual(['im:history'])
    expect(new Set(bot).size).toBe(bot.length)
  })

  it('subscribes to the events the bot answers, and to none that carries what people write to each other', () => {
    const { bot_events } = manifest.settings.event_subscriptions
    const source = ['register-channel', 'register-home']
      .map((name) => read(`src/slack/listeners/${name}.ts`))
      .join()
    const answered = [...source.matchAll(/app\.event\('([a-z_]+)'/g)].map(([, name]) =>
      name === 'message' ? 'message.im' : name,
    )

    expect([...bot_events].sort()).toEqual(answered.sort())
    expect(bot_events.filter((event) => event.startsWith('message'))).toEqual(['message.im'])
  })

  it('has a Home, which the bot shows', () => {
    expect(manifest.features.app_home?.home_tab_enabled).toBe(true)
  })
})
