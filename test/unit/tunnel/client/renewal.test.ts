import { describe, expect, test } from 'vitest';
import { CalReplyError } from '../../../../src/errors.js';
import type { LinkEnd } from '../../../../src/tunnel/client/link-end.js';
import { renewal } from '../../../../src/tunnel/client/renewal.js';
import { FakeClock } from '../../../helpers/fake-clock.js';
import { settle } from '../../../helpers/settle.js';

/** A login that is renewed by what `answers` say, one after another, then by good tokens. */
function renewed(...answers: readonly CalReplyError[]) {
  const clock = new FakeClock();
  const start = clock.elapsed();
  const asked: number[] = [];
  const tokens: string[] = [];
  const refusals: LinkEnd[] = [];
  const login = renewal({
    clock,
    random: () => 0,
    renew() {
      const answer = answers[asked.length];
      asked.push(clock.elapsed() - start);
      return answer ? Promise.reject(answer) : Promise.resolve(`token ${asked.length}`);
    },
    onToken: (token) => tokens.push(token),
    onRefused: (end) => refusals.push(end),
  });
  return { clock, asked, tokens, refusals, login, pass: (ms: number) => clock.advance(ms, settle) };
}

describe('a login is renewed', () => {
  test.each([
    ['at three quarters of an hour', 3_600_000, 2_700_000],
    ['at three quarters of five minutes', 300_000, 225_000],
    ['15 s before its end where a quarter is less', 40_000, 25_000],
    ['at half where it holds for seconds only', 2_000, 1_000],
  ])('%s', async (_, holds, at) => {
    const { asked, tokens, login, pass } = renewed();
    login.holdsFor(holds);
    await pass(holds);
    expect(asked).toEqual([at]);
    expect(tokens).toEqual(['token 1']);
  });

  test('again each time the service said how long the new one holds', async () => {
    const { asked, login, pass } = renewed();
    login.holdsFor(40_000);
    await pass(25_000);
    login.holdsFor(80_000);
    await pass(80_000);
    expect(asked).toEqual([25_000, 85_000]);
  });

  test('by tries that grow apart while the service is out of reach, or as far apart as it asks for', async () => {
    const away = new CalReplyError('ServiceUnreachable', 'Nobody there.');
    const full = new CalReplyError('ServiceUnavailable', 'Full.', { retryAfter: 5 });
    const { asked, tokens, refusals, login, pass } = renewed(away, away, full);
    login.holdsFor(300_000);
    await pass(300_000);
    expect(asked).toEqual([225_000, 225_500, 226_500, 231_500]);
    expect(tokens).toEqual(['token 4']);
    expect(refusals).toEqual([]);
  });
});

test('a login that is refused ends the link once, and is not tried again', async () => {
  const { asked, refusals, login, pass } = renewed(new CalReplyError('InvalidCredentials', 'No.'));
  login.holdsFor(40_000);
  await pass(600_000);
  expect(asked).toHaveLength(1);
  expect(refusals).toMatchObject([{ fatal: { code: 'InvalidCredentials', exitCode: 3 } }]);
});

test('nothing is asked, and no timer left, when the link is over', async () => {
  const { clock, asked, login, pass } = renewed();
  login.holdsFor(40_000);
  login.stop();
  await pass(60_000);
  expect({ asked, timers: clock.timerCount }).toEqual({ asked: [], timers: 0 });
});

test('a token that comes after the link is over is not sent on it', async () => {
  const clock = new FakeClock();
  let arrive: (token: string) => void = () => undefined;
  const tokens: string[] = [];
  const login = renewal({
    clock,
    random: () => 0,
    renew: () => new Promise((resolve) => (arrive = resolve)),
    onToken: (token) => tokens.push(token),
    onRefused: () => undefined,
  });
  login.holdsFor(2_000);
  await clock.advance(1_000, settle);
  login.stop();
  arrive('late');
  await settle();
  expect(tokens).toEqual([]);
});
