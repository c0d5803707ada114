import { parseArgs } from 'node:util';

/**
 * The value of a flag that counts something.
 *
 * @throws {Error} with a sentence, for anything but a positive whole number
 */
export function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`--${flag} is a positive whole number, and “${text}” is none.`);
}

/** What a comparison with others is told: how much, how long and how often, and with whom. */
export interface ComparisonFlags {
  /** Events at once. */
  readonly events: number;
  /** Of the load at a steady rate. */
  readonly seconds: number;
  /** Interleaved ones, of which the median counts. */
  readonly rounds: number;
  /** What to compare with: none, all, or some with commas between. */
  readonly peers: string;
  /** A folder for CPU profiles of our own processes. */
  readonly profile: string | undefined;
}

/** What `bench/delivery` is told. */
export interface DeliveryFlags extends ComparisonFlags {
  /** The database beside SQLite that the service is measured on as well. */
  readonly database: 'sqlite' | 'postgres';
}

/** Those of a comparison, and `--database sqlite|postgres`. */
export function deliveryFlags(most: { readonly events: number }): DeliveryFlags {
  const { values } = parseArgs({ options: { database: { type: 'string', default: 'sqlite' } }, strict: false });
  const { database } = values;
  if (database !== 'sqlite' && database !== 'postgres') throw new Error('--database is sqlite or postgres.');
  return { ...comparisonFlags(most), database };
}

/** `--events N --seconds N --rounds N --peers NAMES --profile FOLDER`; `events` is how many there are when none are named. */
export function comparisonFlags({ events }: { readonly events: number }): ComparisonFlags {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: String(events) },
      seconds: { type: 'string', default: '10' },
      rounds: { type: 'string', default: '3' },
      peers: { type: 'string', default: 'all' },
      profile: { type: 'string' },
      // Of the bench that has it.
      database: { type: 'string' },
    },
  });
  return {
    events: countOf('events', values.events),
    seconds: countOf('seconds', values.seconds),
    rounds: countOf('rounds', values.rounds),
    peers: values.peers,
    profile: values.profile,
  };
}
