import { describe, expect, onTestFinished, test } from 'vitest';
import { CalReplyError } from '../../../../src/errors.js';
import type { TokenHolder } from '../../../../src/store/store.js';
import { watchLogin } from '../../../../src/tunnel/service/login-watch.js';
import { FakeClock } from '../../../helpers/fake-clock.js';

const MINUTE = 60_000;

const account = (id: string) => ({ id, name: id, code: id });

/** A login that holds for five minutes, watched; what the service knows of logins is the test's to say. */
function watched({ renews = true } = {}) {
  const clock = new FakeClock();
  const loginOf = (accountId: string, clientId: string): TokenHolder => ({
    account: account(accountId),
    clientId,
    expiresAt: clock.now() + 5 * MINUTE,
  });
  const logins = new Map<string, () => TokenHolder>();
  const clients = new Map<string, boolean | Error>([['first', true]]);
  const ends: { code: number; reason: string }[] = [];
  const watch = watchLogin({
    clock,
    login: loginOf('own', 'first'),
    renews,
    authenticate: (authorization) =>
      new Promise((resolve) => {
        const login = logins.get(authorization);
        if (!login) throw new CalReplyError('Unauthorized', 'The access token is not valid, or no longer.');
        resolve(login());
      }),
    mayLogIn: (clientId) => {
      const may = clients.get(clientId) ?? false;
      return may instanceof Error ? Promise.reject(may) : Promise.resolve(may);
    },
    onOver: (code, reason) => ends.push({ code, reason }),
  });
  onTestFinished(() => watch.stop());
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { clock, logins, clients, ends, watch, loginOf, advance: (ms: number) => clock.advance(ms, settle) };
}

describe('a login that is renewed', () => {
  test('holds from then on as long as the new one', async () => {
    const { clock, logins, clients, ends, watch, loginOf, advance } = watched();
    clients.set('second', true);
    logins.set('Bearer new', () => loginOf('own', 'second'));
    expect(watch.expiresIn).toBe(5 * MINUTE);
    await advance(4 * MINUTE);
    expect(watch.expiresIn).toBe(MINUTE);
    expect(await watch.renew('new')).toBe(true);
    expect(watch.expiresIn).toBe(5 * MINUTE);
    // Only the client of the new login counts by now.
    clients.set('first', false);
    await advance(5 * MINUTE - 1);
    expect(ends).toEqual([]);
    await advance(1);
    expect(ends).toEqual([{ code: 4401, reason: 'The login ended and was not renewed.' }]);
    expect(clock.timerCount).toBe(0);
  });

  test('is over for a token that does not hold, and for one of another account', async () => {
    const bad = watched();
    expect(await bad.watch.renew('nonsense')).toBe(false);
    expect(bad.ends).toEqual([{ code: 4401, reason: 'The new login does not hold.' }]);

    const foreign = watched();
    foreign.logins.set('Bearer theirs', () => foreign.loginOf('another', 'first'));
    expect(await foreign.watch.renew('theirs')).toBe(false);
    expect(foreign.ends).toEqual([{ code: 4401, reason: 'The new login is of another account.' }]);
    expect(foreign.clock.timerCount).toBe(0);
  });

  test('sends the client away to come back, when the service cannot tell whether it holds', async () => {
    const { logins, ends, watch } = watched();
    logins.set('Bearer new', () => {
      throw new CalReplyError('ServiceUnavailable', 'The disk is full.');
    });
    expect(await watch.renew('new')).toBe(false);
    expect(ends).toEqual([{ code: 1012, reason: 'The new login could not be checked.' }]);
  });
});

describe('a login that is not renewed', () => {
  test('is over when its token ends, and only once', async () => {
    const { ends, advance } = watched();
    await advance(60 * MINUTE);
    expect(ends).toEqual([{ code: 4401, reason: 'The login ended and was not renewed.' }]);
  });

  test('goes on for a client that knows nothing of renewing, for as long as its credentials hold', async () => {
    const { clients, ends, advance } = watched({ renews: false });
    await advance(60 * MINUTE);
    expect(ends).toEqual([]);
    clients.set('first', false);
    await advance(15_000);
    expect(ends).toEqual([{ code: 4401, reason: 'The credentials behind the login hold no more.' }]);
  });
});

test('a login whose credentials hold no more is over within 15 s, though its token would hold', async () => {
  const { clients, ends, advance } = watched();
  await advance(20_000);
  clients.set('first', false);
  await advance(15_000);
  expect(ends).toEqual([{ code: 4401, reason: 'The credentials behind the login hold no more.' }]);
});

test('a store that cannot be read ends no login', async () => {
  const { clients, ends, advance } = watched();
  clients.set('first', new Error('the disk is gone'));
  await advance(MINUTE);
  expect(ends).toEqual([]);
});

test('a link that has ended is not ended again', async () => {
  const { clock, ends, watch, advance } = watched();
  watch.stop();
  expect(await watch.renew('nonsense')).toBe(false);
  await advance(60 * MINUTE);
  expect(ends).toEqual([]);
  expect(clock.timerCount).toBe(0);
});
