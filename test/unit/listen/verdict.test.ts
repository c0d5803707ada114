import { describe, expect, test } from 'vitest';
import { parseExpectation } from '../../../src/listen/expectation.js';
import type { Ending } from '../../../src/listen/run.js';
import { Tally } from '../../../src/listen/tally.js';
import { verdictOf } from '../../../src/listen/verdict.js';
import type { ListenEvent } from '../../../src/tunnel/listening.js';
import { arrived, brought, deliver } from '../../helpers/listen-events.js';

const SETTLED: Ending = { kind: 'settled' };

function verdict(events: readonly ListenEvent[], expected: readonly string[] = [], ending = SETTLED) {
  const tally = new Tally();
  for (const event of events) tally.onEvent(event);
  const failure = verdictOf(ending, { tally, expectations: expected.map(parseExpectation), command: 'npm test' });
  return failure && { exitCode: failure.exitCode, reason: failure.message };
}

describe('a run', () => {
  test('is a success when all was answered 2xx, as often as expected', () => {
    expect(verdict([...brought('ntf_1', 200), ...brought('ntf_2', 204)], ['subscribe=2', 'any=2+'])).toBeUndefined();
  });

  test('of which too little was answered 2xx tells how much, and what became of the others', () => {
    const events = [
      ...brought('ntf_1', 200),
      ...brought('ntf_2', 500),
      ...brought('ntf_3', 'timeout'),
      arrived('ntf_4'),
    ];

    expect(verdict(events, ['subscribe=4'])).toEqual({
      exitCode: 6,
      reason:
        'Expected 4 × Subscribe, 1 was answered 2xx (1 more was answered 500: ntf_2; 1 more was not answered (no answer in time): ntf_3; 1 more was not answered before the end: ntf_4).',
    });
  });

  test('of which too much was answered 2xx tells how much', () => {
    expect(verdict([...brought('1', 200), ...brought('2', 200)], ['subscribe=1', 'test=1'])?.reason).toBe(
      'Expected 1 × Subscribe, 2 were answered 2xx. Expected 1 × Test, 0 were answered 2xx.',
    );
  });

  test('names three of many that failed alike', () => {
    const events = ['a', 'b', 'c', 'd', 'e'].flatMap((id) => brought(id, 500));

    expect(verdict(events)).toEqual({ exitCode: 6, reason: '5 notifications were answered 500: a, b, c and 2 more.' });
  });

  test('with what nobody expected fails when that was not answered 2xx', () => {
    expect(verdict([...brought('ntf_1', 200), ...brought('ntf_2', 404, 'Test')], ['subscribe=1'])).toEqual({
      exitCode: 6,
      reason: '1 notification was answered 404: ntf_2.',
    });
  });

  test('in which the app did not refuse what it should have', () => {
    const rehearsed = {
      kind: 'rehearsed',
      delivery: deliver('ntf_1'),
      rehearsal: 'bad-signature',
      outcome: null,
    } as const;

    expect(verdict([{ ...rehearsed, passed: false }])).toEqual({
      exitCode: 6,
      reason: 'The app did not do as it should with bad signature: ntf_1.',
    });
  });

  test.each([
    [{ exitCode: 3, signal: null }, 'The command “npm test” ended with 3.'],
    [{ exitCode: null, signal: 'SIGSEGV' }, 'The command “npm test” was ended by SIGSEGV.'],
  ] as const)('whose command failed (%o) tells how, before what else was wrong', (end, sentence) => {
    const ending: Ending = { kind: 'exec', end };

    expect(verdict([], [], ending)).toEqual({ exitCode: 9, reason: sentence });
    expect(verdict([], ['any=1'], ending)?.reason).toBe(`${sentence} Expected 1 × any type, 0 were answered 2xx.`);
  });

  test('whose command did well is judged by what came', () => {
    const ending: Ending = { kind: 'exec', end: { exitCode: 0, signal: null } };

    expect(verdict(brought('1', 200), ['subscribe=1'], ending)).toBeUndefined();
    expect(verdict([], ['subscribe=1'], ending)?.exitCode).toBe(6);
  });

  test('that a signal ended is not judged', () => {
    expect(verdict(brought('1', 500), ['subscribe=1'], { kind: 'signal', exitCode: 130 })).toBeUndefined();
  });
});
