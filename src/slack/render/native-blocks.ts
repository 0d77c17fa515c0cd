import type { Block, KnownBlock } from '@slack/types'

/**
 * Blocks that not every workspace and surface accepts, the newest first; each has an alternative.
 * https://docs.slack.dev/reference/block-kit/blocks
 */
const NATIVE_BLOCKS = ['data_visualization', 'data_table', 'table'] as const
export type NativeBlock = (typeof NATIVE_BLOCKS)[number]

export const ALL_NATIVE: ReadonlySet<NativeBlock> = new Set(NATIVE_BLOCKS)
export const NONE_NATIVE: ReadonlySet<NativeBlock> = new Set()

interface ChartPoint {
  readonly label: string
  readonly value: number
}

/**
 * A chart; missing in `@slack/types`.
 * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block
 */
export interface DataVisualizationBlock extends Block {
  readonly type: 'data_visualization'
  readonly title: string
  readonly chart:
    | { readonly type: 'pie'; readonly segments: readonly ChartPoint[] }
    | {
        readonly type: 'line' | 'bar' | 'area'
        readonly series: readonly { readonly name: string; readonly data: readonly ChartPoint[] }[]
        readonly axis_config: { readonly categories: readonly string[] }
      }
}

export type SlackBlock = KnownBlock | DataVisualizationBlock

/** The native kinds used in some blocks, the newest first. */
export function nativeBlocksIn(blocks: readonly SlackBlock[]): NativeBlock[] {
  return NATIVE_BLOCKS.filter((kind) => blocks.some(({ type }) => type === kind))
}
