import { request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { awayWebhook } from '../helpers/away-webhook.js';
import { startTestService } from '../helpers/service.js';

test('clients that leave before their statistics are counted keep nobody waiting', async () => {
  const service = await startTestService();
  onTestFinished(() => service.end());
  await service.api.triggerEvent({ eventType: 'Test', to: [await awayWebhook(service.api)] });
  const headers = { authorization: `Bearer ${await service.api.accessToken()}` };
  const left = Array.from({ length: 20 }, () => {
    const call = request(`${service.url}/v1/notifications/stats`, { headers });
    return new Promise<void>((resolve) => {
      call.on('error', () => resolve()).on('close', () => resolve());
      // It is on its way when the connection breaks.
      call.end(() => setImmediate(() => call.destroy()));
    });
  });
  await Promise.all(left);
  const all = await Promise.all(Array.from({ length: 5 }, () => service.api.notificationStatistics({})));
  expect(all.map(({ total }) => total.sent)).toEqual([1, 1, 1, 1, 1]);
});
