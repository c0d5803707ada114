import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import type { ForwardOutcome } from '../../../../src/tunnel/local/forward.js';
import { rehearsing, type Rehearsals } from '../../../../src/tunnel/local/rehearsing.js';
import type { Deliver } from '../../../../src/tunnel/protocol.js';
import { seededRandom } from '../../../../src/util/seeded-random.js';
import { SECRET, signed, unsigned } from '../../../helpers/deliveries.js';
import { FakeClock } from '../../../helpers/fake-clock.js';

const NOTHING: Rehearsals = { badSignature: false, stale: 0, duplicate: false, delay: 0, drop: 0, random: Math.random };

/** A handler that answers with these statuses, one after the other, and what it and the listener saw. */
function rehearsed(rehearsals: Partial<Rehearsals>, ...statuses: number[]) {
  const requests: Deliver[] = [];
  const seen: string[] = [];
  const clock = new FakeClock(Date.now());
  const ending = new AbortController();
  const forward = rehearsing(
    {
      rehearsals: { ...NOTHING, ...rehearsals },
      secret: () => SECRET,
      clock,
      signal: ending.signal,
      onRehearsed: ({ id }, rehearsal, outcome, passed) =>
        seen.push(`${id} ${rehearsal} ${outcome === null ? 'not sent' : passed ? 'passed' : 'failed'}`),
    },
    (delivery) => {
      requests.push(delivery);
      const status = statuses[requests.length - 1] ?? 200;
      const outcome: ForwardOutcome = { kind: 'answered', url: 'app', status, answer: '', durationMs: 1 };
      return Promise.resolve(outcome);
    },
  );
  return { forward, requests, seen, clock, ending };
}

const headers = ({ headers: list }: Deliver) => Object.fromEntries(list);
const verify = (delivery: Deliver) => new Webhook(SECRET).verify(delivery.body, headers(delivery));

test('a copy with a wrong signature goes before the delivery, and is refused by the public package', async () => {
  const { forward, requests, seen } = rehearsed({ badSignature: true }, 401, 204);
  const delivery = signed();
  expect(await forward(delivery)).toMatchObject({ status: 204 });
  expect(requests).toHaveLength(2);
  const [copy = delivery, real] = requests;
  expect(() => verify(copy)).toThrow('No matching signature found');
  expect({ ...headers(copy), 'webhook-signature': '' }).toEqual({ ...headers(delivery), 'webhook-signature': '' });
  expect(copy.body).toBe(delivery.body);
  expect(real).toBe(delivery);
  expect(seen).toEqual(['ntf_1 bad-signature passed']);
});

test('a stale copy is signed rightly, at a time long past', async () => {
  const { forward, requests, seen, clock } = rehearsed({ stale: 600_000 }, 400);
  await forward(signed());
  const [copy] = requests;
  if (!copy) throw new Error('no copy');
  expect(() => verify(copy)).toThrow('Message timestamp too old');
  const time = String(Math.floor((clock.now() - 600_000) / 1000));
  expect(headers(copy)['webhook-timestamp']).toBe(time);
  const expected = new Webhook(SECRET).sign(
    headers(copy)['webhook-id'] ?? '',
    new Date(Number(time) * 1000),
    copy.body.toString(),
  );
  expect(headers(copy)['webhook-signature']).toBe(expected);
  expect(seen).toEqual(['ntf_1 stale passed']);
});

test.each([200, 302, 500])('a wrong copy that is answered %i has failed, and the delivery goes on', async (status) => {
  const { forward, seen } = rehearsed({ badSignature: true }, status, 201);
  expect(await forward(signed())).toMatchObject({ status: 201 });
  expect(seen).toEqual(['ntf_1 bad-signature failed']);
});

test('after a 2xx the same comes once more, and whatever that is answered, the first answer counts', async () => {
  const { forward, requests, seen } = rehearsed({ duplicate: true }, 202, 409);
  const delivery = signed();
  expect(await forward(delivery)).toMatchObject({ status: 202 });
  expect(requests).toEqual([delivery, delivery]);
  expect(seen).toEqual(['ntf_1 duplicate failed']);
});

test('what failed is not sent twice', async () => {
  const { forward, requests } = rehearsed({ duplicate: true }, 500);
  expect(await forward(signed())).toMatchObject({ status: 500 });
  expect(requests).toHaveLength(1);
});

test('what came in at the inbox is signed by its sender, and gets no wrong copies', async () => {
  const { forward, requests } = rehearsed({ badSignature: true, stale: 1_000 });
  await forward(unsigned());
  expect(requests).toHaveLength(1);
});

test('each delivery waits, and their order stays', async () => {
  const { forward, requests, clock } = rehearsed({ delay: 2_000 });
  const outcomes = [forward(signed({ id: 'ntf_1' }))];
  await clock.advance(500);
  outcomes.push(forward(signed({ id: 'ntf_2' })));
  await clock.advance(1_499);
  expect(requests).toEqual([]);
  await clock.advance(1, () => new Promise(setImmediate));
  expect(requests.map(({ id }) => id)).toEqual(['ntf_1']);
  await clock.advance(500, () => new Promise(setImmediate));
  await Promise.all(outcomes);
  expect(requests.map(({ id }) => id)).toEqual(['ntf_1', 'ntf_2']);
});

test('the wait ends with the listener, with nothing forwarded', async () => {
  const { forward, requests, ending } = rehearsed({ delay: 2_000 });
  const outcome = forward(signed());
  ending.abort(new Error('stopping'));
  await expect(outcome).rejects.toThrow('stopping');
  expect(requests).toEqual([]);
});

test('what is dropped is not forwarded, and always is when it comes again', async () => {
  const { forward, requests, seen } = rehearsed({ drop: 1 });
  expect(await forward(signed())).toEqual({ kind: 'unanswered', url: '', error: 'dropped', durationMs: 0 });
  expect(requests).toEqual([]);
  expect(await forward(signed({ attempt: 2 }))).toMatchObject({ status: 200 });
  expect(seen).toEqual(['ntf_1 drop not sent']);
});

test('the same seed drops the same places, about the share that was asked for', async () => {
  const dropped = async (seed: number) => {
    const { forward, seen } = rehearsed({ drop: 0.2, random: seededRandom(seed) });
    for (let i = 0; i < 200; i += 1) await forward(signed({ id: `ntf_${i}` }));
    return seen;
  };
  const [one, same, other] = [await dropped(7), await dropped(7), await dropped(8)];
  expect(one).toEqual(same);
  expect(one).not.toEqual(other);
  expect(one.length).toBeGreaterThan(20);
  expect(one.length).toBeLessThan(60);
});

test('everything at once: wrong copies first, then the delivery, then the duplicate', async () => {
  const { forward, seen } = rehearsed({ badSignature: true, stale: 600_000, duplicate: true }, 401, 401, 200, 200);
  expect(await forward(signed())).toMatchObject({ status: 200 });
  expect(seen).toEqual(['ntf_1 bad-signature passed', 'ntf_1 stale passed', 'ntf_1 duplicate passed']);
});
