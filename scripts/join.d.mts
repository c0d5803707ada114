/** See join.mjs. */
export function joined(
  files: ReadonlyMap<string, string>,
  entry: string,
  parts: ReadonlySet<string>,
): Map<string, string>;
