/** Characters per piece. */
const CHUNK = 64 * 1024

/** The same text in fewer pieces: a stream that gets single lines takes more than twice as long. */
export async function* joinPieces(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let text = ''
  for await (const piece of pieces) {
    text += piece
    if (text.length < CHUNK) continue
    yield text
    text = ''
  }
  yield text
}
