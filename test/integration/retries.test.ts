import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { awayWebhook } from '../helpers/away-webhook.js';
import { exchange } from '../helpers/exchange.js';
import { finished } from '../helpers/history.js';
import { startListener } from '../helpers/listener.js';
import { startReceiver, type Receiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;
let receiver: Receiver;
let webhookId: string;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

beforeEach(async () => {
  receiver = await startReceiver();
  ({ id: webhookId } = await service.api.createWebhook({ url: receiver.url }));
  const id = webhookId;
  onTestFinished(() => service.api.removeWebhook(id).catch(() => undefined));
});

/** Triggers an event and waits until it is delivered. */
async function delivered(): Promise<{ id: string; eventId: string }> {
  const { event } = await service.api.triggerEvent({ eventType: 'Test', to: [webhookId] });
  const [notification] = await finished(service.api, { event: event.eventId });
  expect(notification).toMatchObject({ status: 'delivered', attemptCount: 1 });
  return { id: notification?.id ?? '', eventId: event.eventId };
}

const failure = (status: number, code: string, reason: RegExp | string) => ({
  status,
  json: { Code: code, Reason: typeof reason === 'string' ? reason : expect.stringMatching(reason) },
});

const OFF = (id: string) => `Its webhook ${id} is off; turn it on with: calreply webhooks enable ${id}`;

describe('a notification tells what keeps it from being sent', () => {
  const blockOf = async (id: string) => (await service.api.notification(id)).blockedBy;

  test('when its webhook is off or was removed', async () => {
    const { id } = await delivered();
    expect(await blockOf(id)).toBeNull();
    await service.api.changeWebhook(webhookId, { enabled: false });
    expect(await blockOf(id)).toBe('webhook_off');
    await service.api.removeWebhook(webhookId);
    expect(await blockOf(id)).toBe('webhook_removed');
  });

  test('when its listener is not connected', async () => {
    const { id, webhookId: to } = await service.api.openListener({ name: 'away' });
    onTestFinished(() => service.api.removeListener(id));
    const { notifications } = await service.api.triggerEvent({ eventType: 'Test', to: [to] });
    expect(notifications).toMatchObject([{ status: 'pending', blockedBy: 'listener_away' }]);

    await startListener(service, { name: 'away', target: receiver.url });
    expect(await finished(service.api, { webhook: to })).toMatchObject([{ status: 'delivered', blockedBy: null }]);
  });
});

describe('POST /v1/notifications/{id}/retry', () => {
  test('sends it again at once, as another attempt of the same message', async () => {
    const { id, eventId } = await delivered();
    expect(await service.call('POST', `/v1/notifications/${id}/retry`)).toMatchObject({
      status: 200,
      json: { id, eventId, status: 'pending', attemptCount: 1, finishedAt: null, nextAttemptAt: expect.any(String) },
    });

    await waitUntil('it is there twice', () => receiver.requests.length === 2);
    const headers = receiver.requests.map((request) => request.headers);
    expect(headers.map((one) => one['webhook-id'])).toEqual([eventId, eventId]);
    expect(headers.map((one) => one['calreply-attempt'])).toEqual(['1', '2']);
    const [again] = await finished(service.api, { event: eventId });
    expect(again?.attempts.map(({ number, status }) => [number, status])).toEqual([
      [1, 200],
      [2, 200],
    ]);
  });

  test('is refused with what to do when the webhook is off, and when it was removed', async () => {
    const { id, eventId } = await delivered();
    await service.api.changeWebhook(webhookId, { enabled: false });
    expect(await service.call('POST', `/v1/notifications/${id}/retry`)).toMatchObject(
      failure(409, 'Conflict', OFF(webhookId)),
    );
    await service.api.removeWebhook(webhookId);
    expect(await service.call('POST', `/v1/notifications/${id}/retry`)).toMatchObject(
      failure(409, 'Conflict', new RegExp(`was removed; .*calreply events resend ${eventId} --to whk_`)),
    );
    expect(await service.api.notification(id)).toMatchObject({ status: 'delivered', attemptCount: 1 });
  });

  test('knows nobody else’s notifications', async () => {
    const { id } = await delivered();
    await expect(service.stranger.api.retryNotification(id)).rejects.toMatchObject({ code: 'NotFound' });
  });
});

describe('POST /v1/notifications/retry', () => {
  test('sends many again, and says of each that is refused why', async () => {
    const [one, two] = [await delivered(), await delivered()];
    const off = await awayWebhook(service.api);
    const held = await service.api.triggerEvent({ eventType: 'Test', to: [off] });
    await service.api.changeWebhook(off, { enabled: false });
    const heldId = held.notifications[0]?.id ?? '';

    expect(await service.api.retryNotifications([one.id, 'ntf_none', two.id, heldId, one.id])).toEqual({
      retried: [one.id, two.id],
      refused: [
        { id: 'ntf_none', code: 'NotFound', reason: 'There is no notification ntf_none.' },
        { id: heldId, code: 'Conflict', reason: OFF(off) },
      ],
    });
    await waitUntil('both are there again', () => receiver.requests.length === 4);
  });

  test.each([
    [{}],
    [{ ids: [] }],
    [{ ids: 'ntf_1' }],
    [{ ids: Array<string>(101).fill('ntf_1') }],
    [{ ids: [], x: 1 }],
  ])('refuses %j', async (json) => {
    expect(await service.call('POST', '/v1/notifications/retry', { json })).toMatchObject(
      failure(400, 'InvalidRequest', /\.$/),
    );
  });
});

describe('POST /v1/events/{id}/resend', () => {
  test('makes new notifications of the same event for every enabled webhook that wants its type', async () => {
    const { id, eventId } = await delivered();
    const url = receiver.url;
    const second = await service.api.createWebhook({ url, eventTypes: ['Test'] });
    const [off, other] = [
      await service.api.createWebhook({ url, enabled: false }),
      await service.api.createWebhook({ url, eventTypes: ['Subscribe'] }),
    ];
    onTestFinished(async () => {
      for (const webhook of [second, off, other]) await service.api.removeWebhook(webhook.id);
    });

    const resent = await service.api.resendEvent(eventId);
    expect(resent.event).toEqual((await service.api.event(eventId)).event);
    expect(resent.notifications).toMatchObject([
      { eventId, webhookId, status: 'pending', attemptCount: 0 },
      { eventId, webhookId: second.id, status: 'pending', attemptCount: 0 },
    ]);
    expect(resent.notifications.map((notification) => notification.id)).not.toContain(id);
    await finished(service.api, { event: eventId }, 3);
    expect(new Set(receiver.requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([eventId]));
    expect(new Set(receiver.requests.map(({ body }) => body.toString())).size).toBe(1);
  });

  test('goes only to the webhooks that are named, whatever types they want', async () => {
    const { eventId } = await delivered();
    const named = await service.api.createWebhook({ url: receiver.url, eventTypes: ['Subscribe'] });
    onTestFinished(() => service.api.removeWebhook(named.id));
    const { notifications } = await service.api.resendEvent(eventId, [named.id, named.id]);
    expect(notifications.map((notification) => notification.webhookId)).toEqual([named.id]);
  });

  test('is refused for an event or a webhook that is not there, and for one that is off', async () => {
    const { eventId } = await delivered();
    const resend = (id: string, json: object) => service.call('POST', `/v1/events/${id}/resend`, { json });
    expect(await resend('nothing', {})).toMatchObject(failure(404, 'NotFound', 'There is no event nothing.'));
    expect(await resend(eventId, { to: [webhookId, 'whk_nobody'] })).toMatchObject(
      failure(404, 'NotFound', 'There is no webhook whk_nobody.'),
    );
    await service.api.changeWebhook(webhookId, { enabled: false });
    expect(await resend(eventId, { to: [webhookId] })).toMatchObject(failure(409, 'Conflict', OFF(webhookId)));
    await expect(service.stranger.api.resendEvent(eventId)).rejects.toMatchObject({ code: 'NotFound' });
    expect((await service.api.notifications({ event: eventId })).notifications).toHaveLength(1);
  });

  test('takes what came in at an inbox to the listener of that inbox, and nowhere else', async () => {
    const app = await startReceiver();
    const { opened } = await startListener(service, { target: app.url });
    const body = 'not JSON at all';
    const { json } = await exchange(`${opened.inboxUrl}/deep?x=1`, { method: 'POST', body });
    const { eventId } = json as { eventId: string };
    await finished(service.api, { event: eventId });

    const { event, notifications } = await service.api.resendEvent(eventId);
    expect(event).toEqual({ eventId, eventType: 'Inbox', eventDetails: null });
    expect(notifications).toMatchObject([{ webhookUrl: expect.stringMatching(/^listener:/) }]);
    await waitUntil('the local app got it twice', () => app.requests.length === 2);
    expect(app.requests.map((request) => [request.url, request.body.toString()])).toEqual([
      ['/deep?x=1', body],
      ['/deep?x=1', body],
    ]);

    await expect(service.api.resendEvent(eventId, [webhookId])).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringMatching(/came in at the inbox of listener:.*--to whk_/),
    });
    await service.api.removeListener(opened.id);
    await expect(service.api.resendEvent(eventId)).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining('was removed; send the request itself again'),
    });
    await expect(service.api.retryNotification(notifications[0]?.id ?? '')).rejects.toMatchObject({
      code: 'Conflict',
      message: expect.stringContaining('to the inbox of a new one'),
    });
  });
});

describe('GET /v1/notifications/stats', () => {
  test('counts the account’s own, in the window and by the filters it is asked for', async () => {
    const before = new Date().toISOString();
    await delivered();
    const stats = await service.api.notificationStatistics({ since: before, webhook: webhookId });
    const counts = {
      sent: 1,
      delivered: 1,
      failed: 0,
      pending: 0,
      p50Ms: expect.any(Number),
      p95Ms: expect.any(Number),
    };
    expect(stats).toEqual({
      since: before,
      until: null,
      total: counts,
      byType: [{ type: 'Test', ...counts }],
      byWebhook: [{ webhookId, webhookUrl: new URL(receiver.url).href, ...counts }],
      byCalendar: [{ calendarCode: null, ...counts }],
    });
    expect((await service.api.notificationStatistics({ type: 'subscribe', webhook: webhookId })).total.sent).toBe(0);
    expect((await service.api.notificationStatistics({ until: before, webhook: webhookId })).total.sent).toBe(0);
    expect((await service.stranger.api.notificationStatistics({})).total.sent).toBe(0);
  });

  test.each(['status=lost', 'since=yesterday'])('refuses %s', async (query) => {
    expect(await service.call('GET', `/v1/notifications/stats?${query}`)).toMatchObject(
      failure(400, 'InvalidRequest', /\.$/),
    );
  });
});
