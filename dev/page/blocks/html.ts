/** A piece of a page. Only the `html` tag creates one, so text of a message never becomes markup. */
export class Html {
  readonly #markup: string

  constructor(markup: string) {
    this.#markup = markup
  }

  toString(): string {
    return this.#markup
  }
}

type Piece = Html | string | number | false | null | undefined | readonly Piece[]

/** Markup with all values escaped; values that are markup, and lists of them, stay. */
export function html(markup: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(String.raw({ raw: markup }, ...values.map(write)))
}

function write(piece: Piece): string {
  if (piece instanceof Html) return piece.toString()
  if (Array.isArray(piece)) return piece.map(write).join('')
  return piece === false ? '' : escapeHtml(piece)
}

function escapeHtml(text: unknown): string {
  return String(text ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** Address types allowed in a link. */
export const isWebAddress = (address: string): boolean =>
  URL.canParse(address) && /^(?:https?|tel|mailto):$/.test(new URL(address).protocol)
