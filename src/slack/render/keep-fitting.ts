/**
 * The first elements that go, as JSON, into three quarters of the room (characters): the rest is for what says that
 * there is more.
 */
export function takeFitting<T>(elements: readonly T[], space: number): T[] {
  let left = space * 0.75
  const end = elements.findIndex((element) => {
    left -= JSON.stringify(element).length + 1
    return left < 0
  })
  return end < 0 ? [...elements] : elements.slice(0, end)
}
