import { expect, test } from 'vitest';
import type { Forwarder } from '../../../../src/tunnel/local/forward.js';
import { routing, type Route } from '../../../../src/tunnel/local/routing.js';
import { unsigned } from '../../../helpers/deliveries.js';

const to = (target: string, ...types: string[]): Route => {
  const forwarder: Forwarder = {
    target,
    forward: () => Promise.resolve({ kind: 'answered', url: target, status: 200, answer: '', durationMs: 1 }),
    close: () => Promise.resolve(),
  };
  return { types, forwarder, mirror: false };
};
const routed = (routes: readonly Route[]) => routing(routes, (forwarder) => (delivery) => forwarder.forward(delivery));

test.each([
  ['Subscribe', 'new'],
  ['Unsubscribe', 'gone'],
  ['Test', 'rest'],
  ['Inbox', 'rest'],
  ['ATypeOfTomorrow', 'rest'],
])('%s goes by the first route that names it, or else that takes all: %s', async (type, target) => {
  const forward = routed([
    to('rest'),
    to('new', 'Subscribe'),
    to('gone', 'Unsubscribe', 'Subscribe'),
    to('never', 'Subscribe'),
    to('never'),
  ]);
  expect(await forward(unsigned({ type }))).toMatchObject({ url: target });
});

test('the inbox can have a route of its own', async () => {
  const forward = routed([to('events'), to('inbox', 'Inbox')]);
  expect(await forward(unsigned())).toMatchObject({ url: 'inbox' });
});

test('what has no route is told as that', async () => {
  const forward = routed([to('new', 'Subscribe')]);
  expect(await forward(unsigned({ type: 'Test' }))).toEqual({
    kind: 'unanswered',
    url: '',
    error: 'no_route',
    durationMs: 0,
  });
});
