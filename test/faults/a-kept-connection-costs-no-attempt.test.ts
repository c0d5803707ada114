import { expect, test } from 'vitest';
import { startHttpEngine } from '../helpers/http-engine.js';
import { accept, account, addWebhook } from '../helpers/open-store.js';
import { startRawReceiver, type Behaviour } from '../helpers/raw-receiver.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const reset: Behaviour = (socket) => socket.resetAndDestroy();
const close: Behaviour = (socket) => socket.destroy();

/** Sends two notifications, one after the other, to a receiver that does `first` and then `then` on each connection. */
async function sendTwo(first: Behaviour, then: Behaviour) {
  const engine = await startHttpEngine();
  const receiver = await startRawReceiver((socket, place) => (place === 1 ? first : then)(socket, place));
  const webhook = await addWebhook(engine.store, { url: receiver.url });
  for (const id of ['one', 'two']) {
    const notification = await accept(engine.store, { id, createdAt: engine.clock.now() }, webhook);
    engine.wake();
    await engine.attempts(notification, 1);
  }

  const { items } = await engine.store.notifications(account.id, { limit: 10 });
  return {
    requests: receiver.requestCount,
    states: items.map(({ status, lastError }) => lastError ?? status).reverse(),
  };
}

const answer: Behaviour = (socket) => socket.write(OK);

test.each([
  ['closes', close],
  ['resets', reset],
])('what a receiver %s with an idle connection is sent again at once, on a new one', async (_, end) => {
  // The one on the connection that broke, and the one in its place.
  expect(await sendTwo(answer, end)).toEqual({ requests: 3, states: ['delivered', 'delivered'] });
});

test('a receiver that breaks the new connection as well has failed the attempt', async () => {
  let connections = 0;
  const once: Behaviour = (socket, place) => {
    connections += 1;
    return (connections === 1 ? answer : reset)(socket, place);
  };
  expect(await sendTwo(once, reset)).toEqual({ requests: 3, states: ['delivered', 'connection_reset'] });
});

test('a connection that was made for the notification and breaks is a failed attempt', async () => {
  expect(await sendTwo(reset, answer)).toEqual({ requests: 2, states: ['connection_reset', 'connection_reset'] });
});

test('an answer that is none is a failed attempt on any connection', async () => {
  const babble: Behaviour = (socket) => socket.end('SSH-2.0-OpenSSH_9.0\r\n');
  expect(await sendTwo(answer, babble)).toEqual({ requests: 2, states: ['delivered', 'bad_answer'] });
});
