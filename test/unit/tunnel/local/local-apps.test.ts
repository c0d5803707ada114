import { expect, test } from 'vitest';
import type { ForwardOutcome } from '../../../../src/tunnel/local/forward.js';
import { toLocalApps } from '../../../../src/tunnel/local/local-apps.js';
import type { Route } from '../../../../src/tunnel/local/routing.js';
import { unsigned } from '../../../helpers/deliveries.js';
import { FakeClock } from '../../../helpers/fake-clock.js';

test('an app that is full is told by all types that go to it, those of tomorrow too, while another has room', async () => {
  const told: (readonly string[])[] = [];
  const ends: (() => void)[] = [];
  const route = (target: string, ...types: string[]): Route => ({
    types,
    mirror: false,
    forwarder: {
      target,
      forward: () =>
        new Promise<ForwardOutcome>((resolve) => {
          ends.push(() => resolve({ kind: 'answered', url: target, status: 200, answer: '', durationMs: 1 }));
        }),
      close: () => Promise.resolve(),
    },
  });
  const apps = toLocalApps({
    routes: [route('http://localhost:1', 'Subscribe'), route('http://localhost:2')],
    bound: { most: 2, onBusy: (types) => told.push(types) },
    secret: () => undefined,
    onEvent: () => {},
    clock: new FakeClock(),
    signal: new AbortController().signal,
  });

  const works = ['ATypeOfTomorrow', 'Test'].map((type) => apps.forward(unsigned({ type })));
  expect(told).toHaveLength(1);
  expect(told[0]).toEqual(expect.arrayContaining(['ATypeOfTomorrow', 'Test', 'Inbox']));
  expect(told[0]).not.toContain('Subscribe');

  // With both full there is nobody to make room for.
  works.push(...[1, 2].map(() => apps.forward(unsigned({ type: 'Subscribe' }))));
  expect(told.slice(1)).toEqual([[]]);
  await new Promise((resolve) => setImmediate(resolve));
  for (const end of ends) end();
  await Promise.all(works);
});
