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

/** Checking a secret takes a thread of the four that Node has, which writes to the disk need as well. */
const AT_ONCE = 2;
/** They are through in seconds. */
const MOST_WAITING = 256;
/** In seconds. */
const FULL_FOR = 5;

/** Logs clients in, as fast as is good for everything else, and slowly for those who guess. */
export function clientLogin({ store, clock }: { store: Pick<Store, 'client'>; clock: Clock }): ClientLogin {
  const tries = new LoginTries(clock);
  const turns = new Turns(AT_ONCE);
  const refuseTooMany = (clientId: string, address: string) => {
    const wait = tries.waitFor(clientId, address);
    if (wait > 0) throw tooMany(Math.ceil(wait / 1000));
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
