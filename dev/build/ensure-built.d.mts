export declare function stampSources(root: string, folders?: readonly string[]): string | undefined
export declare function ensureBuilt(
  root: string,
  options?: { readonly force?: boolean; readonly log?: (line: string) => void },
): string | undefined
export declare function refuseOldNode(version: string, needed: string): string | undefined
