import ipaddr from 'ipaddr.js';
import type { Clock } from '../util/clock.js';
import { RecentMap } from '../util/recent-map.js';

/** So many logins may fail at once. */
const MOST_FAILURES = {
  /** Of one client id, from anywhere. */
  client: 10,
  /** From one address, as anyone: a whole company may be behind it. */
  address: 30,
  /** Of a client at an address where it has logged in before. */
  known: 10,
};
/** And then one more every so often, in milliseconds. */
const ONE_MORE_EVERY = 30_000;
/** So many clients, addresses and pairs of both are remembered; those of longest ago are forgotten first. */
const MOST_REMEMBERED = 10_000;
/** A client id that somebody made up may be of any length. Ours are shorter. */
const MOST_OF_ID = 64;

/**
 * Counts the logins that failed, for each client id and for each address: who guesses has to wait. Once a client has
 * logged in from an address, it counts there by itself: somebody who guesses at its secret from elsewhere, or a neighbour
 * with a wrong one, does not lock it out.
 */
export class LoginTries {
  readonly #clock: Clock;
  /** Until when the failures of a key are paid off, each in its {@link ONE_MORE_EVERY}. */
  readonly #paidOff = new RecentMap<string, number>(MOST_REMEMBERED);
  readonly #known = new RecentMap<string, true>(MOST_REMEMBERED);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How long until a login is taken, in milliseconds; 0: now. */
  waitFor(clientId: string, address: string): number {
    const now = this.#clock.now();
    const waits = this.#keys(clientId, address).map(([kind, key]) => {
      const owed = (this.#paidOff.get(key) ?? 0) - now;
      const most = MOST_FAILURES[kind] * ONE_MORE_EVERY;
      // Nobody owes more: the clock was set back, and nobody is to wait for as long.
      return owed > most ? 0 : owed - most + ONE_MORE_EVERY;
    });
    return Math.max(0, ...waits);
  }

  failed(clientId: string, address: string): void {
    const now = this.#clock.now();
    for (const [kind, key] of this.#keys(clientId, address)) {
      const most = now + MOST_FAILURES[kind] * ONE_MORE_EVERY;
      const paidOff = Math.max(this.#paidOff.get(key) ?? 0, now) + ONE_MORE_EVERY;
      this.#paidOff.set(key, Math.min(paidOff, most));
    }
  }

  succeeded(clientId: string, address: string): void {
    const pair = pairOf(clientId, address);
    this.#known.set(pair, true);
    this.#paidOff.delete(pair);
  }

  #keys(clientId: string, address: string): [kind: keyof typeof MOST_FAILURES, key: string][] {
    const pair = pairOf(clientId, address);
    if (this.#known.get(pair)) return [['known', pair]];
    return [
      ['client', `client ${idOf(clientId)}`],
      ['address', `address ${groupOf(address)}`],
    ];
  }
}

function pairOf(clientId: string, address: string): string {
  return `pair ${groupOf(address)} ${idOf(clientId)}`;
}

function idOf(clientId: string): string {
  return clientId.slice(0, MOST_OF_ID);
}

/** One IPv4 address; of IPv6 the first half, since whoever has one address there has all with that half. */
function groupOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, MOST_OF_ID);
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6 ? parsed.parts.slice(0, 4).join(':') : parsed.toString();
}
