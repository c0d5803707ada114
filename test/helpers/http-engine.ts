import { onTestFinished } from 'vitest';
import { addressGuard, type AddressGuardOptions } from '../../src/delivery/address-guard.js';
import { httpDestination } from '../../src/delivery/http-destination.js';
import type { Notification } from '../../src/model/notification.js';
import type { Webhook } from '../../src/model/webhook.js';
import { newEngine, type Engine } from './engine.js';
import { accept, account, addWebhook } from './open-store.js';
import { waitUntil } from './wait-until.js';

export interface HttpEngine extends Engine {
  /** There may be something due. */
  wake(): void;
  notification(id: string): Promise<Notification>;
  /** Waits until a notification had `count` attempts. */
  attempts(id: string, count: number): Promise<void>;
  /** Writes webhooks past the API, accepts an event for each, and answers their notifications after the first attempt. */
  firstAttempts(webhooks: readonly Partial<Webhook>[]): Promise<readonly Notification[]>;
}

/** The engine as the service runs it, over real HTTP, on a clock that the test moves. */
export async function startHttpEngine(guard: AddressGuardOptions = { publicOnly: false }): Promise<HttpEngine> {
  const engine = await newEngine();
  const http = httpDestination(addressGuard({ clock: engine.clock, ...guard }), engine.clock);
  onTestFinished(() => http.close());
  const worker = engine.start({ destinationOf: () => http });

  const notification = async (id: string) => {
    const found = await engine.store.notification(account.id, id);
    if (!found) throw new Error('There is no notification.');
    return found;
  };
  const attempts = (id: string, count: number) =>
    waitUntil(`${count} attempts`, async () => (await notification(id)).attemptCount === count, 20_000);
  return Object.assign(engine, {
    wake: () => worker.wake(),
    notification,
    attempts,
    async firstAttempts(webhooks: readonly Partial<Webhook>[]) {
      const createdAt = engine.clock.now();
      const send = async (webhook: Partial<Webhook>) =>
        accept(engine.store, { createdAt }, await addWebhook(engine.store, webhook));
      const ids = await Promise.all(webhooks.map(send));
      worker.wake();
      for (const id of ids) await attempts(id, 1);
      return Promise.all(ids.map(notification));
    },
  });
}
