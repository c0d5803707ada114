import { expect, test } from 'vitest';
import type { Forwarder, ForwardOutcome } from '../../../../src/tunnel/local/forward.js';
import { mirroring } from '../../../../src/tunnel/local/mirroring.js';
import { unsigned } from '../../../helpers/deliveries.js';
import { waitUntil } from '../../../helpers/wait-until.js';

const outcome = (url: string, status: number): ForwardOutcome => ({
  kind: 'answered',
  url,
  status,
  answer: '',
  durationMs: 1,
});

/** A mirror that answers when it is let, and a pipeline behind it. */
function mirror(...types: string[]) {
  const copies: string[] = [];
  const seen: string[] = [];
  const answers: (() => void)[] = [];
  const forwarder: Forwarder = {
    target: 'mirror',
    forward(delivery) {
      copies.push(delivery.body.toString());
      return new Promise((resolve) => answers.push(() => resolve(outcome('mirror', 500))));
    },
    close: () => Promise.resolve(),
  };
  const { forward, idle } = mirroring(
    {
      mirrors: [{ types, forwarder, mirror: true }],
      onMirrored: ({ id }, target, answer) =>
        seen.push(`${id} ${target} ${answer === null ? 'left out' : answer.kind === 'answered' && answer.status}`),
    },
    () => Promise.resolve(outcome('app', 200)),
  );
  return { forward, idle, copies, seen, answers };
}

test('a mirror gets a copy, and neither its slowness nor its answer changes the outcome', async () => {
  const { forward, copies, seen, answers } = mirror();
  expect(await forward(unsigned({ body: 'one' }))).toEqual(outcome('app', 200));
  expect(copies).toEqual(['one']);
  expect(seen).toEqual([]);
  answers[0]?.();
  await waitUntil('the copy is told', () => seen.length === 1);
  expect(seen).toEqual(['ntf_1 mirror 500']);
});

test('it gets only the types it names', async () => {
  const { forward, copies } = mirror('Subscribe');
  await forward(unsigned({ type: 'Test', body: 'not this' }));
  await forward(unsigned({ type: 'Subscribe', body: 'this' }));
  expect(copies).toEqual(['this']);
});

test('for one that is dead a hundred copies wait, and what is left out is told; the app gets everything', async () => {
  const { forward, copies, seen, answers } = mirror();
  const ids = Array.from({ length: 110 }, (_, i) => `ntf_${i}`);
  for (const id of ids) expect(await forward(unsigned({ id, body: id }))).toEqual(outcome('app', 200));
  expect(copies).toEqual(ids.slice(0, 8));
  expect(seen).toEqual(['ntf_108 mirror left out', 'ntf_109 mirror left out']);

  await waitUntil('it is back, and got what waited', () => {
    while (answers.length > 0) answers.pop()?.();
    return copies.length === 108;
  });
  expect(copies).toEqual(ids.slice(0, 108));
});

test('is idle when every copy has its outcome, also those that waited', async () => {
  const { forward, idle, seen, answers } = mirror();
  for (const id of Array.from({ length: 9 }, (_, i) => `ntf_${i}`)) await forward(unsigned({ id }));
  const atIdle = idle().then(() => seen.length);

  await waitUntil('every copy was answered', () => {
    while (answers.length > 0) answers.pop()?.();
    return seen.length === 9;
  });

  expect(await atIdle).toBe(9);
});
