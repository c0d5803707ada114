import { CalReplyError } from '../errors.js';
import type { Client, Store } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import { Turns } from '../util/turns.js';
import { verifyCredentials, type Credentials } from './credentials.js';
import { LoginTries } from './login-tries.js';

/**
 * The client whose credentials these are; undefined when there is none.
 *
 * @param address where they come from
 * @throws {CalReplyError} TooManyTries, ServiceUnavailable, both with the time to wait
 */
export type ClientLogin = (credentials: Credentials, address: string) => Promise<Client | undefined>;

/** A login and how it ended, with nothing of the secret. */
export interface LoginTry {
  /** `throttled` is refused unlooked at, since too many failed before it. */
  readonly outcome: 'accepted' | 'refused' | 'throttled';
  /** As it came: whatever somebody typed. */
  readonly clientId: string;
  readonly address: string;
}

export interface LoginOptions {
  readonly store: Pick<Store, 'client'>;
  readonly clock: Clock;
  /** Told of each try once it is decided. */
  readonly onLogin: (login: LoginTry) => void;
}

/** Checking a secret takes a thread of the four that Node has, which writes to the disk need as well. */
const AT_ONCE = 2;
/** They are through in seconds. */
const MOST_WAITING = 256;
/** In seconds. */
const FULL_FOR = 5;

/** Logs clients in, as fast as is good for everything else, and slowly for those who guess. */
export function clientLogin({ store, clock, onLogin }: LoginOptions): ClientLogin {
  const tries = new LoginTries(clock);
  const turns = new Turns(AT_ONCE);
  const refuseTooMany = (clientId: string, address: string) => {
    const wait = tries.waitFor(clientId, address);
    if (wait === 0) return;
    onLogin({ outcome: 'throttled', clientId, address });
    throw tooMany(Math.ceil(wait / 1000));
  };

  return async (credentials, address) => {
    const { clientId } = credentials;
    refuseTooMany(clientId, address);
    if (turns.waiting() >= MOST_WAITING) throw full();
    return turns.take(async () => {
      // Those before it may have failed since it came.
      refuseTooMany(clientId, address);
      const client = await verifyCredentials(store, credentials, clock.now());
      if (client) tries.succeeded(clientId, address);
      else tries.failed(clientId, address);
      onLogin({ outcome: client ? 'accepted' : 'refused', clientId, address });
      return client;
    });
  };
}

function tooMany(seconds: number): CalReplyError {
  const reason = `Too many logins have failed, of this client or from this address. Try again in ${seconds} s.`;
  return new CalReplyError('TooManyTries', reason, { retryAfter: seconds });
}

function full(): CalReplyError {
  const reason = `More clients are logging in than the service can check now. Try again in ${FULL_FOR} s.`;
  return new CalReplyError('ServiceUnavailable', reason, { retryAfter: FULL_FOR });
}
