import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { Clock } from '../util/clock.js';
import { RecentMap } from '../util/recent-map.js';
import { systemError } from '../util/system-error.js';
import { CONNECT_TIMEOUT } from './limits.js';

/** Finds all addresses of a name. */
export type Resolve = (hostname: string, options: Pick<LookupOptions, 'hints'>) => Promise<readonly LookupAddress[]>;

/** The way of the system: its hosts file, its name servers. */
export const resolveBySystem: Resolve = (hostname, options) =>
  new Promise((resolve, reject) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
  });

/**
 * How many names are looked up at once. A lookup takes a thread until it is over, up to half a minute when a name server
 * is dead, and cannot be ended. Node gives half of its four threads to lookups: more would only wait where their order is
 * not ours.
 */
const AT_ONCE = 2;
/** Addresses are used again for so long without asking. In milliseconds. */
const FRESH = 5_000;
/** A lookup that takes longer is late. In milliseconds. */
const LATE = 1_000;
/** While a lookup is late, addresses that were found within this time are used. In milliseconds. */
const KEPT = 60 * 60_000;
/** So many names are remembered. */
const MOST_NAMES = 1_000;

interface Lookup {
  readonly hostname: string;
  readonly found: Promise<readonly LookupAddress[]>;
  readonly start: () => void;
  /** How many wait for it. */
  callers: number;
}

/**
 * Resolves names so that a dead name server harms only the names it is asked for:
 *
 * - All who ask for a name at the same time share one lookup, and few are under way at once.
 * - A name whose last lookup was late gives way to all others, and one of those at most is under way.
 * - A name that was found before is not waited for while its lookup is late: it keeps its addresses.
 * - Who waits for longer than a connection may take is told `ETIMEDOUT`; a lookup that nobody waits for is not begun.
 */
export function sharedResolve(resolve: Resolve, clock: Clock): Resolve {
  const known = new RecentMap<string, { readonly addresses: readonly LookupAddress[]; readonly at: number }>(
    MOST_NAMES,
  );
  const late = new RecentMap<string, true>(MOST_NAMES);
  const open = new Map<string, Lookup>();
  const waiting = new Set<Lookup>();
  const underWay = new Set<Lookup>();

  const isLate = ({ hostname }: Lookup) => late.get(hostname) === true;
  const startNext = () => {
    while (underWay.size < AT_ONCE) {
      const next =
        [...waiting].find((one) => !isLate(one)) ?? ([...underWay].some(isLate) ? undefined : first(waiting));
      if (!next) return;
      waiting.delete(next);
      underWay.add(next);
      next.start();
    }
  };

  const newLookup = (hostname: string, options: Parameters<Resolve>[1]): Lookup => {
    let start = () => {};
    const found = new Promise<readonly LookupAddress[]>((done, fail) => {
      start = () => {
        let wasLate = false;
        const cancel = clock.after(LATE, () => {
          wasLate = true;
          late.set(hostname, true);
        });
        const over = () => {
          cancel();
          if (!wasLate) late.delete(hostname);
          underWay.delete(one);
          open.delete(hostname);
          startNext();
        };
        resolve(hostname, options).then(
          (addresses) => {
            known.set(hostname, { addresses, at: clock.elapsed() });
            over();
            done(addresses);
          },
          (error: Error) => {
            over();
            fail(error);
          },
        );
      };
    });
    // It may end when nobody waits for it any more.
    found.catch(() => {});
    const one: Lookup = { hostname, found, start: () => start(), callers: 0 };
    open.set(hostname, one);
    waiting.add(one);
    return one;
  };

  return async (hostname, options) => {
    const before = known.get(hostname);
    const age = before ? clock.elapsed() - before.at : Infinity;
    if (before && age < FRESH) return before.addresses;
    const one = open.get(hostname) ?? newLookup(hostname, options);
    one.callers += 1;
    startNext();
    let cancel = () => {};
    const limit = new Promise<readonly LookupAddress[]>((done, fail) => {
      cancel =
        before && age < KEPT
          ? clock.after(LATE, () => done(before.addresses))
          : clock.after(CONNECT_TIMEOUT, () => fail(timedOut(hostname)));
    });
    try {
      return await Promise.race([one.found, limit]);
    } finally {
      cancel();
      one.callers -= 1;
      if (one.callers === 0 && waiting.delete(one)) open.delete(hostname);
    }
  };
}

function first<T>(values: Iterable<T>): T | undefined {
  const [value] = values;
  return value;
}

function timedOut(hostname: string): NodeJS.ErrnoException {
  return systemError('ETIMEDOUT', `No name server told the addresses of ${hostname} in time`);
}
