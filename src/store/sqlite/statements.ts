/** SQLite's own way to run a statement: at once, without a promise. Only inside a unit of the write queue may it write. */
export interface Statements {
  /** @param parameters for the question marks, in their order */
  rows<Row>(sql: string, ...parameters: readonly Parameter[]): Row[];
  /** The first row. */
  row<Row>(sql: string, ...parameters: readonly Parameter[]): Row | undefined;
  run(sql: string, ...parameters: readonly Parameter[]): Written;
}

export type Parameter = string | number | null | Uint8Array;

/** What a statement did. */
export interface Written {
  readonly changes: number;
  /** The row of the last INSERT. */
  readonly row: number;
}
