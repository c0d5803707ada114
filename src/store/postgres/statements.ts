/** Runs statements, on one connection inside a transaction, or each on whichever is free. */
export interface Statements {
  /** @param parameters for $1, $2 and so on, in their order; a list is an array of the type that the statement says */
  rows<Row>(sql: string, parameters?: readonly Parameter[]): Promise<Row[]>;
}

/** A statement with its parameters. */
export type Query = readonly [sql: string, parameters: readonly Parameter[]];

export type Scalar = string | number | boolean | null | Uint8Array;
export type Parameter = Scalar | readonly Scalar[];

/** Values by columns, as `unnest` takes them: one array for each function, in its order. */
export function columns<Item>(
  items: readonly Item[],
  ...values: readonly ((item: Item) => Scalar)[]
): readonly Scalar[][] {
  return values.map((value) => items.map(value));
}
