import { z } from 'zod'

/** A setting's current value, for people. */
export interface SettingInForce {
  /** The heading above it. */
  readonly section: string
  readonly name: string
  /** Empty if nothing is set. For a secret, only that it is set. */
  readonly value: string
  /** True if the environment sets it; false for the default. */
  readonly isChosen: boolean
}

type Sections = Readonly<Record<string, z.ZodRawShape>>

/**
 * Lists every setting with its value: from the environment, else the default. A setting is a secret if its
 * schema has `meta({ secret: true })`; a test checks this.
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
