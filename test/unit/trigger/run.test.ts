import { describe, expect, test } from 'vitest';
import type { TriggeredEvent, TriggerEvent } from '../../../src/api/contract.js';
import { CalReplyError } from '../../../src/errors.js';
import { pace } from '../../../src/trigger/pace.js';
import type { Plan, Step, Story } from '../../../src/trigger/plan.js';
import { run, type RunOptions } from '../../../src/trigger/run.js';
import { FakeClock } from '../../helpers/fake-clock.js';
import { settle } from '../../helpers/settle.js';

/** A service whose answers take 10 ms of a fake clock, and what a run asked of it. */
function service(refuse: (seed: number) => Error | undefined = () => undefined) {
  const clock = new FakeClock(0);
  const asked: string[] = [];
  const keys: string[] = [];
  let underWay = 0;
  let most = 0;
  const answer = async (what: string, seed: number): Promise<TriggeredEvent> => {
    asked.push(what);
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise<void>((resolve) => clock.after(10, resolve));
    underWay -= 1;
    const refused = refuse(seed);
    if (refused) throw refused;
    return { event: { eventId: `event ${seed}`, eventType: 'Test', eventDetails: {} }, notifications: [] };
  };
  const api: RunOptions['api'] = {
    triggerEvent: ({ seed = 0 }: TriggerEvent, key = '') => {
      keys.push(key);
      return answer(`trigger ${seed}`, seed);
    },
    resendEvent: (id) => answer(`resend ${id}`, 0),
  };
  return { clock, api, asked, keys, most: () => most };
}

const step = (place: number): Step => ({ kind: 'trigger', place, request: { eventType: 'Test', seed: place } });
const plan = (stories: readonly Story[], concurrency = 8): Plan => ({
  stories,
  total: stories.flat().length,
  concurrency,
});
const single = (count: number) => Array.from({ length: count }, (_, place) => [step(place)]);

/** Runs a plan for `ms` of its clock, or until it ends. */
async function ran(
  { clock, api }: ReturnType<typeof service>,
  what: Plan,
  { ms = 10_000, signal = new AbortController().signal, perSecond = undefined as number | undefined } = {},
) {
  const sent: number[] = [];
  const onSent = ({ place }: Step) => sent.push(place);
  const ended = run(what, { api, clock, signal, runId: 'run', pace: pace(perSecond, clock), onSent });
  await clock.advance(ms, settle);
  return { sent, failure: await ended };
}

describe('a run', () => {
  test('sends everything, no more at once than the plan allows', async () => {
    const used = service();
    const { sent, failure } = await ran(used, plan(single(100)));

    expect(failure).toBeUndefined();
    expect(sent.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, place) => place));
    expect(used.most()).toBe(8);
  });

  test('has a key for each step', async () => {
    const used = service();
    await ran(used, plan(single(3)));
    expect(used.keys).toEqual(['run-0', 'run-1', 'run-2']);
  });

  test('sends the steps of a story one after another, whatever else goes on', async () => {
    const used = service();
    const stories = Array.from({ length: 10 }, (_, i) => [step(i * 2), step(i * 2 + 1)]);
    const { sent } = await ran(used, plan(stories));

    for (const [first, second] of stories) {
      expect(sent.indexOf(first?.place ?? 0)).toBeLessThan(sent.indexOf(second?.place ?? 0));
    }
    expect(used.most()).toBe(8);
  });

  test('sends the event of a story again', async () => {
    const used = service();
    const again: Step = { kind: 'resend', place: 8, to: undefined };
    await ran(used, plan([[step(7), again]]));
    expect(used.asked).toEqual(['trigger 7', 'resend event 7']);
  });

  test('keeps to the rate over all that is sent at the same time', async () => {
    const used = service();
    const stop = new AbortController();
    used.clock.after(1_001, () => stop.abort());
    await ran(used, plan(single(100)), { perSecond: 20, signal: stop.signal });
    // One at 0 ms, and one each 50 ms.
    expect(used.asked).toHaveLength(21);
  });

  test('ends with the first refusal, and sends nothing after it', async () => {
    const refusal = new CalReplyError('InvalidRequest', 'No.', { hint: 'Try this.' });
    const used = service((seed) => (seed === 20 ? refusal : undefined));
    const { sent, failure } = await ran(used, plan(single(100)));

    expect(failure).toBe(refusal);
    expect(sent.length).toBeLessThan(30);
  });

  test('says where what was refused is from', async () => {
    const used = service(() => new CalReplyError('InvalidRequest', 'No.', { hint: 'Try this.' }));
    const from: Step = { kind: 'trigger', place: 0, origin: 'Line 3 of run.ndjson', request: {} };
    const { failure } = await ran(used, plan([[from]]));
    expect(failure).toMatchObject({ code: 'InvalidRequest', message: 'Line 3 of run.ndjson: No.', hint: 'Try this.' });
  });

  test('ends with the failure of its plan', async () => {
    const broken = function* (): Generator<Story> {
      yield [step(0)];
      throw new Error('broken');
    };
    const { sent, failure } = await ran(service(), { stories: broken(), total: undefined, concurrency: 1 });
    expect(failure).toMatchObject({ message: 'broken' });
    expect(sent).toEqual([0]);
  });

  test('that is stopped finishes what is under way, and is no failure', async () => {
    const used = service();
    const stop = new AbortController();
    used.clock.after(55, () => stop.abort());
    const { sent, failure } = await ran(used, plan(single(1_000)), { signal: stop.signal });

    expect(failure).toBeUndefined();
    expect(sent).toHaveLength(used.asked.length);
    expect(used.asked).toHaveLength(6 * 8);
  });

  test('that is stopped while it waits for its turn ends there and then', async () => {
    const used = service();
    const stop = new AbortController();
    used.clock.after(100, () => stop.abort());
    const { failure } = await ran(used, plan(single(10)), { signal: stop.signal, perSecond: 1 });

    expect(failure).toBeUndefined();
    expect(used.asked).toHaveLength(1);
    expect(used.clock.timerCount).toBe(0);
  });
});
