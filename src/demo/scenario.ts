import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiClient } from '../api/client.js';
import type { NotificationResource } from '../api/contract.js';
import { CalReplyError } from '../errors.js';
import type { Service, StartOptions } from '../server/start.js';
import { forwarder } from '../tunnel/local/forward.js';
import { startListening } from '../tunnel/listening.js';
import { sleep, systemClock } from '../util/clock.js';
import { startReceiver, type Receipt } from './receiver.js';

/** What happens in the demo, as it happens. */
export type DemoEvent =
  | { readonly kind: 'service'; readonly url: string }
  | { readonly kind: 'webhook'; readonly id: string; readonly url: string }
  | { readonly kind: 'listener'; readonly name: string; readonly target: string }
  | { readonly kind: 'subscribing'; readonly person: string; readonly calendar: string }
  | { readonly kind: 'unsubscribing'; readonly person: string; readonly calendar: string }
  | (Receipt & { readonly kind: 'received'; readonly by: 'webhook' | 'listener'; readonly afterMs: number });

export interface DemoOptions {
  readonly start: (options: StartOptions) => Promise<Service>;
  readonly version: string;
  readonly userAgent: string;
  readonly onEvent: (event: DemoEvent) => void;
}

export interface DemoResult {
  /** The whole notification history, oldest first. */
  readonly notifications: readonly NotificationResource[];
  /** How many were delivered and their signature accepted by the receiver. */
  readonly verified: number;
}

const PERSON = 'dana.rivera@example.com';
const LISTENER = 'demo';
/** How long a notification may take; it takes milliseconds. */
const LIMIT = 10_000;

/**
 * The main job, whole and real: a service with a data folder of its own, a webhook to one receiver, a listener that
 * tunnels to another, somebody who subscribes and unsubscribes by the service's own calls. Leaves nothing behind.
 */
export async function runDemo({ start, version, userAgent, onEvent }: DemoOptions): Promise<DemoResult> {
  const cleanUps: (() => Promise<unknown>)[] = [];
  try {
    const dataDir = await mkdtemp(join(tmpdir(), 'calreply-demo-'));
    const removeData = () => rmSync(dataDir, { recursive: true, force: true });
    // Also when it is cut short, by ^C or by a reader that has seen enough.
    process.once('exit', removeData);
    cleanUps.push(async () => removeData());
    const service = await start({ port: 0, host: '127.0.0.1', dataDir, logLevel: 'warn', version });
    cleanUps.push(() => service.stop(1_000));
    onEvent({ kind: 'service', url: service.url });

    const receipts: Receipt[] = [];
    let actedAt = 0;
    const receive = (by: 'webhook' | 'listener') => (receipt: Receipt) => {
      receipts.push(receipt);
      onEvent({ kind: 'received', by, afterMs: Date.now() - actedAt, ...receipt });
    };
    const crm = await startReceiver('/crm', receive('webhook'));
    cleanUps.push(crm.stop);
    const app = await startReceiver('/hooks', receive('listener'));
    cleanUps.push(app.stop);

    const api = new ApiClient({ apiUrl: service.url, ...(await service.addCredentials()), userAgent });
    const webhook = await api.createWebhook({ url: crm.url, eventTypes: ['Subscribe', 'Unsubscribe'] });
    crm.expectSecret(webhook.secret);
    onEvent({ kind: 'webhook', id: webhook.id, url: webhook.url });
    const stopListening = await listenOnce(api, app.url, app.expectSecret, userAgent);
    cleanUps.push(stopListening);
    onEvent({ kind: 'listener', name: LISTENER, target: app.url });

    const { code } = service.account;
    const [calendar] = (await api.account()).calendars;
    if (!calendar) throw new CalReplyError('ServiceFailed', 'The service made no calendar.');
    actedAt = Date.now();
    onEvent({ kind: 'subscribing', person: PERSON, calendar: calendar.title });
    const { subscriptionId } = await api.subscribe(code, calendar.code, {
      emailAddress: PERSON,
      subscriptionMethod: 1,
      marketingAllowed: true,
      channelFinderZipCode: '94110',
      utmSource: 'newsletter',
      utmCampaign: 'season-opener',
      calendarTags: calendar.tags.slice(0, 1).map(({ id }) => ({ internalId: id })),
    });
    await untilFinished(api, 2);
    actedAt = Date.now();
    onEvent({ kind: 'unsubscribing', person: PERSON, calendar: calendar.title });
    await api.unsubscribe(code, calendar.code, {
      id: subscriptionId,
      unsubscribeReasonText: 'The event has come to an end',
    });
    const notifications = await untilFinished(api, 4);

    const accepted = new Set(receipts.filter(({ verified }) => verified).map(({ notificationId }) => notificationId));
    const verified = notifications.filter(({ id, status }) => status === 'delivered' && accepted.has(id)).length;
    return { notifications, verified };
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

/** Connects a listener; the answer disconnects it. */
async function listenOnce(
  api: ApiClient,
  target: string,
  expectSecret: (secret: string) => void,
  client: string,
): Promise<() => Promise<void>> {
  const { secret } = await api.openListener({ name: LISTENER });
  expectSecret(secret);
  return new Promise((resolve, reject) => {
    const listening = startListening({
      open: () => api.tunnelOf({ name: LISTENER }),
      client,
      routes: [{ types: [], forwarder: forwarder({ target: new URL(target), timeout: LIMIT }), mirror: false }],
      onEvent: ({ kind }) => {
        if (kind === 'connected') resolve(() => listening.stop(1_000));
      },
    });
    listening.ended.catch(reject);
  });
}

/** Waits until `count` notifications are delivered or given up, or for as long as that may take. Oldest first. */
async function untilFinished(api: ApiClient, count: number): Promise<NotificationResource[]> {
  for (const deadline = Date.now() + LIMIT; ;) {
    const { notifications } = await api.notifications({ limit: 100 });
    const finished = notifications.filter(({ status }) => status !== 'pending');
    if (finished.length >= count || Date.now() > deadline) return notifications.reverse();
    await sleep(systemClock, 20);
  }
}
