import type { LookupAddress } from 'node:dns';
import { expect, test } from 'vitest';
import { sharedResolve } from '../../../src/delivery/shared-resolve.js';
import { FakeClock } from '../../helpers/fake-clock.js';

const address = (last: number): LookupAddress => ({ address: `93.184.216.${last}`, family: 4 });
const turn = () => new Promise((done) => setImmediate(done));

/** A resolver that answers when the test says so. */
function newNames() {
  const clock = new FakeClock();
  const asked: string[] = [];
  const answers = new Map<string, (answer: LookupAddress[] | Error) => void>();
  const resolve = sharedResolve((hostname) => {
    asked.push(hostname);
    return new Promise((done, fail) => {
      answers.set(hostname, (answer) => (answer instanceof Error ? fail(answer) : done(answer)));
    });
  }, clock);
  return {
    clock,
    /** The names that were looked up, in order. */
    asked,
    async answer(hostname: string, answer: LookupAddress[] | Error) {
      answers.get(hostname)?.(answer);
      await turn();
    },
    /** Asks, and tells the outcome as soon as there is one. */
    ask(hostname: string) {
      const caller: { addresses?: readonly LookupAddress[]; error?: unknown } = {};
      resolve(hostname, {}).then(
        (addresses) => (caller.addresses = addresses),
        (error: unknown) => (caller.error = error),
      );
      return caller;
    },
    advance: (ms: number) => clock.advance(ms, async () => void (await turn())),
  };
}

test('who asks for a name at the same time shares one lookup, and its failure', async () => {
  const names = newNames();
  const callers = [names.ask('one'), names.ask('one'), names.ask('one')];
  await names.answer('one', [address(1)]);
  expect(callers.map(({ addresses }) => addresses)).toEqual(Array(3).fill([address(1)]));
  const failing = [names.ask('two'), names.ask('two')];
  const missing = new Error('not found');
  await names.answer('two', missing);
  expect(failing.map(({ error }) => error)).toEqual([missing, missing]);
  expect(names.asked).toEqual(['one', 'two']);
});

test('addresses are used for five seconds; a failure is not', async () => {
  const names = newNames();
  names.ask('one');
  await names.answer('one', [address(1)]);
  await names.advance(4_999);
  const again = names.ask('one');
  await turn();
  expect(again.addresses).toEqual([address(1)]);
  await names.advance(1);
  const later = names.ask('one');
  await names.answer('one', [address(2)]);
  expect(later.addresses).toEqual([address(2)]);
  names.ask('two');
  await names.answer('two', new Error('not found'));
  names.ask('two');
  expect(names.asked).toEqual(['one', 'one', 'two', 'two']);
});

test('two lookups at most are under way, and the others wait in order', async () => {
  const names = newNames();
  for (const hostname of ['one', 'two', 'three', 'four']) names.ask(hostname);
  expect(names.asked).toEqual(['one', 'two']);
  await names.answer('two', [address(2)]);
  expect(names.asked).toEqual(['one', 'two', 'three']);
  await names.answer('one', new Error('not found'));
  expect(names.asked).toEqual(['one', 'two', 'three', 'four']);
});

test('who waits for a stuck lookup is told after five seconds, and a lookup that nobody waits for is not begun', async () => {
  const names = newNames();
  const stuck = [names.ask('dead-1'), names.ask('dead-2')];
  const waiting = names.ask('waiting');
  await names.advance(4_999);
  expect([...stuck, waiting]).toEqual([{}, {}, {}]);
  await names.advance(1);
  const late = { error: expect.objectContaining({ code: 'ETIMEDOUT' }) };
  expect([...stuck, waiting]).toEqual([late, late, late]);
  await names.answer('dead-1', new Error('no answer'));
  expect(names.asked).toEqual(['dead-1', 'dead-2']);
});

test('names that were late last time leave one of the two places to the others', async () => {
  const names = newNames();
  names.ask('dead-1');
  names.ask('dead-2');
  await names.advance(5_000);
  for (const hostname of ['dead-1', 'dead-2']) await names.answer(hostname, new Error('no answer'));

  for (const hostname of ['dead-1', 'dead-2', 'healthy-1', 'healthy-2']) names.ask(hostname);
  expect(names.asked.slice(2)).toEqual(['dead-1', 'healthy-1']);
  await names.answer('healthy-1', [address(1)]);
  expect(names.asked.slice(2)).toEqual(['dead-1', 'healthy-1', 'healthy-2']);
  await names.answer('healthy-2', [address(2)]);
  // One place is free, and stays so.
  expect(names.asked.slice(2)).toEqual(['dead-1', 'healthy-1', 'healthy-2']);
  await names.answer('dead-1', [address(3)]);
  expect(names.asked.slice(5)).toEqual(['dead-2']);
  // What answers in time again is a name like any other.
  await names.advance(5_000);
  names.ask('dead-1');
  expect(names.asked.slice(5)).toEqual(['dead-2', 'dead-1']);
});

test('a name that was found before keeps its addresses while its lookup is late', async () => {
  const names = newNames();
  names.ask('one');
  await names.answer('one', [address(1)]);
  await names.advance(60_000);
  names.ask('dead-1');
  names.ask('dead-2');
  const queued = names.ask('one');
  await names.advance(999);
  expect(queued).toEqual({});
  await names.advance(1);
  expect(queued.addresses).toEqual([address(1)]);
});

test('addresses that were found more than an hour ago are used no more', async () => {
  const names = newNames();
  names.ask('one');
  await names.answer('one', [address(1)]);
  await names.advance(60 * 60_000);
  const caller = names.ask('one');
  await names.advance(5_000);
  expect(caller.error).toMatchObject({ code: 'ETIMEDOUT' });
});

test('that a name is gone is believed at once, whatever it was before', async () => {
  const names = newNames();
  names.ask('one');
  await names.answer('one', [address(1)]);
  await names.advance(10_000);
  const caller = names.ask('one');
  const missing = new Error('not found');
  await names.answer('one', missing);
  expect(caller.error).toBe(missing);
});

test('nothing of a lookup that is over is left to wait for', async () => {
  const names = newNames();
  names.ask('one');
  await names.answer('one', [address(1)]);
  expect(names.clock.timerCount).toBe(0);
});
