import { beforeEach, expect, test } from 'vitest';
import type { LoginTry } from '../../../src/api/client-login.js';
import { activityLog, type ActivityLog } from '../../../src/server/activity-log.js';
import { FakeClock } from '../../helpers/fake-clock.js';

const CLIENT = 'client_0123456789abcdef';
const ADDRESS = '203.0.113.9';
const SLOWED_DOWN = 'too many logins failed, of this client or from this address: they are slowed down';

let clock: FakeClock;
let lines: [level: string, facts: object, message: string][];
let log: ActivityLog;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  const at = (level: string) => (facts: object, message: string) => void lines.push([level, facts, message]);
  const logger = { isLevelEnabled: () => true, debug: at('debug'), info: at('info'), warn: at('warn') };
  log = activityLog({ logger, clock, condition: async () => undefined });
});

function logIn(outcome: LoginTry['outcome'], clientId = CLIENT) {
  log.loggedIn({ outcome, clientId, address: ADDRESS });
}

test('logins that are slowed down are told at once, and then once a minute however many there are', async () => {
  logIn('refused');
  expect(lines).toEqual([]);
  for (let second = 0; second < 59; second += 1) {
    logIn('throttled');
    await clock.advance(1_000);
  }
  expect(lines).toEqual([['warn', { client: CLIENT, address: ADDRESS }, SLOWED_DOWN]]);

  await clock.advance(60_000);
  logIn('throttled');
  expect(lines.filter(([level]) => level === 'warn')).toHaveLength(2);
});

test('a client id that is none of ours is not told: it may be a secret in the wrong place', () => {
  logIn('throttled', 'secret_0123456789abcdef');
  expect(lines).toEqual([['warn', { client: undefined, address: ADDRESS }, SLOWED_DOWN]]);
});

test('the minute counts logins that were refused, and says nothing of those that were not', async () => {
  logIn('accepted');
  await clock.advance(60_000);
  expect(lines).toEqual([]);

  logIn('refused');
  logIn('refused');
  await clock.advance(60_000);
  expect(lines).toMatchObject([['info', { loginsRefused: 2, accepted: 0 }, 'the last minute']]);
  expect(log.total()).toMatchObject({ loginsRefused: 2 });
});
