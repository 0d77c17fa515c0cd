/** A piece of a page. Only the `html` tag makes one, so text of a message never becomes markup. */
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

/** Markup in which every value is escaped; values that are markup already, and lists of them, stay as they are. */
export function html(markup: TemplateStringsArray, ...values: readonly Piece[]): Html {
  return new Html(String.raw({ raw: markup }, ...values.map(write)))
}

function write(piece: Piece): string {
  if (piece instanceof Html) return piece.toString()
  if (Array.isArray(piece)) return piece.map(write).join('')
  return piece === false ? '' : escapeHtml(piece)
}

export function escapeHtml(text: unknown): string {
  return String(text ?? '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}

/** What kinds of address a link may have. */
export const isWebAddress = (address: string): boolean =>
  URL.canParse(address) && /^(?:https?|tel|mailto):$/.test(new URL(address).protocol)
