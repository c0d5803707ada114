import { expect, test } from 'vitest';
import { CalReplyError, errorFromAnswer, type ErrorCode } from '../../../src/errors.js';
import { persistently } from '../../../src/trigger/persistently.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { settle } from '../../helpers/settle.js';

const failure = (code: ErrorCode, system?: string) =>
  new CalReplyError(code, `${code}.`, { cause: Object.assign(new Error('underneath'), { code: system }) });

/** Makes a call that fails with each of `failures` and then succeeds; tells when it was made, in milliseconds. */
async function calls(
  failures: readonly Error[],
  { hasAnswered = true, until = 60_000, signal = new AbortController().signal } = {},
) {
  const clock = new FakeClock(0);
  const at: number[] = [];
  const left = [...failures];
  const call = () => {
    at.push(clock.now());
    const failed = left.shift();
    return failed ? Promise.reject(failed) : Promise.resolve('done');
  };
  const ended = persistently(call, { clock, signal, hasAnswered: () => hasAnswered, random: () => 1 }).catch(
    (error: unknown) => error,
  );
  // Lets each failure reach the next wait before time goes on.
  await clock.advance(until, settle);
  return { at, ended: await ended };
}

test('a call is made again, at longer and longer intervals, until it is answered', async () => {
  const lost = failure('ServiceUnreachable', 'ECONNRESET');
  const busy = failure('ServiceUnavailable');
  const { at, ended } = await calls([lost, busy, lost]);

  expect(ended).toBe('done');
  expect(at).toEqual([0, 250, 750, 1_750]);
});

test('after the eighth try its failure stands', async () => {
  const busy = failure('ServiceUnavailable');
  const { at, ended } = await calls(Array<Error>(20).fill(busy));

  expect(ended).toBe(busy);
  expect(at).toHaveLength(8);
});

test.each<ErrorCode>(['InvalidRequest', 'NotFound', 'Unauthorized', 'IdempotencyKeyReused', 'ServiceFailed'])(
  '%s is an answer, and is not asked for twice',
  async (code) => {
    const refused = failure(code);
    const { at, ended } = await calls([refused]);

    expect(ended).toBe(refused);
    expect(at).toEqual([0]);
  },
);

test('a service that never was there is not waited for, one that went away is', async () => {
  const away = failure('ServiceUnreachable', 'ECONNREFUSED');

  expect((await calls([away], { hasAnswered: false })).ended).toBe(away);
  expect((await calls([away], { hasAnswered: true })).ended).toBe('done');
});

test('something else that answers from the start is not asked again, in place of a service that was there it is', async () => {
  const other = errorFromAnswer(502, '<html>');

  expect((await calls([other], { hasAnswered: false })).ended).toBe(other);
  expect((await calls([other], { hasAnswered: true })).ended).toBe('done');
});

test('the signal ends the wait for the next try', async () => {
  const stop = new AbortController();
  const running = calls([failure('ServiceUnavailable')], { signal: stop.signal, until: 0 });
  stop.abort(new Error('stopped'));

  expect((await running).at).toEqual([0]);
  expect((await running).ended).toBeInstanceOf(Error);
});
