/** Settings from a file `.env` in the folder an entry is started in; what the environment has already wins. */
export function loadEnvFile(): void {
  try {
    process.loadEnvFile()
  } catch (error) {
    // No .env file is how it is where the environment is set by other means.
    if (Reflect.get(error as object, 'code') !== 'ENOENT') throw error
  }
}
