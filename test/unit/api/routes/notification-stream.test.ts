import { get } from 'node:http';
import Fastify from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { notificationStreamRoutes } from '../../../../src/api/routes/notification-stream.js';
import { schemaCompiler } from '../../../../src/api/validation.js';
import type { Store } from '../../../../src/store/store.js';
import { systemClock } from '../../../../src/util/clock.js';
import { eventually } from '../../../helpers/eventually.js';
import { account, openStore } from '../../../helpers/open-store.js';

/** The route alone, on a store that takes as long as the test wants to say where a stream starts. */
async function startApp() {
  const store = await openStore();
  const asked: (() => void)[] = [];
  const slow: Store = {
    ...store,
    async streamStart(start) {
      await new Promise<void>((resolve) => asked.push(resolve));
      return store.streamStart(start);
    },
  };
  const app = Fastify();
  app.setValidatorCompiler(schemaCompiler());
  app.decorateRequest('account', { getter: () => account });
  await app.register(notificationStreamRoutes, { store: slow, clock: systemClock, isConnected: () => false });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => app.server.closeAllConnections());
  return { app, url: `${url}/v1/notifications/stream`, asked };
}

test('a stop ends a stream in order that was just being opened', async () => {
  const { app, url, asked } = await startApp();
  const answer = new Promise<string>((resolve, reject) => {
    get(url, { agent: false }, (message) => {
      let text = '';
      message.setEncoding('utf8').on('data', (part: string) => (text += part));
      message.on('end', () => resolve(text)).on('error', reject);
    }).on('error', reject);
  });
  const start = await eventually('the stream is being opened', () => asked[0]);

  const closed = app.close();
  await eventually('the stop has begun', () => !app.server.listening);
  start();

  expect(await answer).toMatch(/^retry: \d+\nevent: place\n/);
  await closed;
});
