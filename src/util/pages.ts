/** A page of a list that is read by cursor. */
export interface Page {
  /** Null on the last one. */
  readonly nextCursor: string | null;
}

/** The pages of a list, each asked for when the one before has been dealt with. */
export async function* pages<P extends Page>(ask: (cursor: string | undefined) => Promise<P>): AsyncGenerator<P> {
  for (let cursor: string | undefined; ;) {
    const page = await ask(cursor);
    yield page;
    if (page.nextCursor === null) return;
    cursor = page.nextCursor;
  }
}
