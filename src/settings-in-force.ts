import { z } from 'zod'

/** A setting as it holds now, for people to read. */
export interface SettingInForce {
  /** The heading it stands under. */
  readonly section: string
  readonly name: string
  /** Empty where nothing is set. Of a secret, only that it is set. */
  readonly value: string
  /** Somebody here chose it; otherwise it is as it comes. */
  readonly isChosen: boolean
}

type Sections = Readonly<Record<string, z.ZodRawShape>>

/**
 * Every setting with what holds: what the environment says, else what holds by default.
 * A setting is a secret where its schema says `meta({ secret: true })`; a test sees to it.
 */
export function listSettingsInForce(
  sections: Sections,
  env: Readonly<Record<string, string | undefined>>,
): SettingInForce[] {
  return Object.entries(sections).flatMap(([section, shape]) =>
    Object.entries(shape).map(([name, schema]) => {
      const { default: fallback, secret } =
        (schema instanceof z.ZodType && z.globalRegistry.get(schema)) || {}
      const usual = typeof fallback === 'string' ? fallback : ''
      const written = env[name] || usual
      return {
        section,
        name,
        value: secret === true && written !== '' ? 'set' : written,
        isChosen: written !== usual,
      }
    }),
  )
}
