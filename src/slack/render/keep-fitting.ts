/**
 * The first elements that fit, as JSON, in three quarters of the space (characters); the rest is for the line
 * about left-out ones.
 */
export function takeFitting<T>(elements: readonly T[], space: number): T[] {
  let left = space * 0.75
  const end = elements.findIndex((element) => {
    left -= JSON.stringify(element).length + 1
    return left < 0
  })
  return end < 0 ? [...elements] : elements.slice(0, end)
}
