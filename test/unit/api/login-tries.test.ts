import { expect, test } from 'vitest';
import { LoginTries } from '../../../src/api/login-tries.js';
import { FakeClock } from '../../helpers/fake-clock.js';

const SECOND = 1000;

function newTries() {
  const clock = new FakeClock();
  const tries = new LoginTries(clock);
  const fail = (times: number, client: string, address: string) => {
    for (let time = 0; time < times; time += 1) tries.failed(client, address);
  };
  return { clock, tries, fail };
}

test('ten logins of a client may fail; from then on one more every half minute', async () => {
  const { clock, tries, fail } = newTries();
  fail(9, 'client', '203.0.113.1');
  expect(tries.waitFor('client', '203.0.113.1')).toBe(0);
  fail(1, 'client', '203.0.113.1');
  expect(tries.waitFor('client', '203.0.113.1')).toBe(30 * SECOND);
  await clock.advance(29 * SECOND);
  expect(tries.waitFor('client', '203.0.113.1')).toBe(SECOND);
  await clock.advance(SECOND);
  expect(tries.waitFor('client', '203.0.113.1')).toBe(0);
  fail(1, 'client', '203.0.113.1');
  expect(tries.waitFor('client', '203.0.113.1')).toBe(30 * SECOND);
  await clock.advance(300 * SECOND);
  fail(9, 'client', '203.0.113.1');
  expect(tries.waitFor('client', '203.0.113.1')).toBe(0);
});

test('a client that is guessed at from many addresses waits, and others do not', () => {
  const { tries, fail } = newTries();
  for (let last = 1; last <= 10; last += 1) fail(1, 'client', `203.0.113.${last}`);
  expect(tries.waitFor('client', '198.51.100.1')).toBeGreaterThan(0);
  expect(tries.waitFor('another', '198.51.100.1')).toBe(0);
  expect(tries.waitFor('another', '203.0.113.1')).toBe(0);
});

test('an address that guesses at many clients waits, and others do not', () => {
  const { tries, fail } = newTries();
  for (let number = 0; number < 30; number += 1) fail(1, `client-${number}`, '203.0.113.1');
  expect(tries.waitFor('another', '203.0.113.1')).toBeGreaterThan(0);
  expect(tries.waitFor('another', '203.0.113.2')).toBe(0);
});

test('a client is not locked out where it has logged in, whoever fails elsewhere or beside it; it counts by itself', () => {
  const { tries, fail } = newTries();
  tries.succeeded('client', '203.0.113.1');
  fail(50, 'client', '198.51.100.1');
  fail(50, 'neighbour', '203.0.113.1');
  expect(tries.waitFor('client', '203.0.113.1')).toBe(0);
  fail(10, 'client', '203.0.113.1');
  expect(tries.waitFor('client', '203.0.113.1')).toBeGreaterThan(0);
  tries.succeeded('client', '203.0.113.1');
  expect(tries.waitFor('client', '203.0.113.1')).toBe(0);
});

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
  ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
  ['::ffff:203.0.113.1', '203.0.113.1', true],
  ['nonsense', 'other nonsense', false],
])('%s and %s count as one address: %s', (one, other, isOne) => {
  const { tries, fail } = newTries();
  for (let number = 0; number < 30; number += 1) fail(1, `client-${number}`, one);
  expect(tries.waitFor('another', other) > 0).toBe(isOne);
});

test('a clock that is set back makes nobody wait for as long', async () => {
  const { tries, fail, clock } = newTries();
  fail(10, 'client', '203.0.113.1');
  expect(tries.waitFor('client', '203.0.113.1')).toBeGreaterThan(0);
  await clock.advance(-3600 * SECOND);
  expect(tries.waitFor('client', '203.0.113.1')).toBe(0);
});

test('what is remembered is bounded, also by the length of a client id', () => {
  const { tries, fail } = newTries();
  fail(10, 'x'.repeat(100_000), '203.0.113.1');
  expect(tries.waitFor(`${'x'.repeat(64)}y`, '203.0.113.2')).toBeGreaterThan(0);
  for (let number = 0; number < 10_000; number += 1) fail(1, `client-${number}`, '203.0.113.3');
  expect(tries.waitFor('x'.repeat(64), '203.0.113.2')).toBe(0);
});
