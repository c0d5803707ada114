import { systemClock, type Clock } from '../../util/clock.js';
import type { Statements } from './statements.js';

/** A difference that was measured over a longer time than this, in milliseconds, is not worth knowing. */
const LONGEST_MEASURE = 1_000;

/** The clock of the database, which all processes go by: what is due and whose lease ran out is the same for each. */
export interface DatabaseClock extends Clock {
  /** Measures how the two differ, as it is done from time to time. */
  synchronise(): Promise<void>;
}

/** Between two looks at the database's clock, the time passes as it does here: evenly, whatever the date of this machine. */
export async function databaseClock(statements: Statements): Promise<DatabaseClock> {
  const elapsed = () => systemClock.elapsed();
  let offset: number | undefined;
  const synchronise = async () => {
    const before = elapsed();
    const [row] = await statements.rows<{ readonly now: number }>(MEASURE);
    const took = elapsed() - before;
    if (!row || (offset !== undefined && took > LONGEST_MEASURE)) return;
    const measured = row.now - (before + took / 2);
    // Within what the measure is uncertain by, the clock had better not jump.
    if (offset === undefined || Math.abs(measured - offset) > took / 2) offset = measured;
  };
  await synchronise();
  return {
    now: () => Math.floor(elapsed() + (offset ?? 0)),
    elapsed,
    after: (ms, action) => systemClock.after(ms, action),
    synchronise,
  };
}

const EXACTLY = '(extract(epoch FROM clock_timestamp()) * 1000)';

/** In SQL: the time in milliseconds since 1970, by the clock of the database alone. */
export const NOW = `${EXACTLY}::bigint`;

const MEASURE = `SELECT ${EXACTLY}::float8 AS now`;
