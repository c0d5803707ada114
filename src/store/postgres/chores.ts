import { NOW } from './database-clock.js';
import type { Statements } from './statements.js';

/** So long is a chore somebody's after each step of it, in milliseconds. */
const LEASE = 60_000;

/** What is done for all processes is done by one of them, which has it for as long as it goes on with it. */
export type Chore = 'remove' | 'count';

/**
 * The steps of a chore, while nobody else has it; otherwise there are none.
 *
 * @param worker the name of this process
 */
export async function* alone<Step>(
  statements: Statements,
  { chore, worker }: { readonly chore: Chore; readonly worker: string },
  steps: () => AsyncIterable<Step>,
): AsyncGenerator<Step, void> {
  const take = async () => (await statements.rows(TAKE, [chore, worker, LEASE])).length > 0;
  if (!(await take())) return;
  for await (const step of steps()) {
    yield step;
    if (!(await take())) return;
  }
}

const TAKE = `
  INSERT INTO chores (name, worker, until) VALUES ($1, $2, ${NOW} + $3)
  ON CONFLICT (name) DO UPDATE SET worker = excluded.worker, until = excluded.until
  WHERE chores.worker = excluded.worker OR chores.until < ${NOW}
  RETURNING 1`;
