import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { bareClient, type BareClient } from '../helpers/bare-client.js';
import { FakeClock } from '../helpers/fake-clock.js';
import { startTestService, type TestService } from '../helpers/service.js';

/* A bare client says nothing by itself, so its link is silent as soon as time passes. */

let clock: FakeClock;
let service: TestService;

beforeEach(async () => {
  clock = new FakeClock(Date.now());
  service = await startTestService({ clock });
  onTestFinished(async () => {
    const ended = service.end();
    await clock.advance(0);
    await ended;
  });
});

/** A client whose link the service closes since it hears nothing. */
async function silent(name: string): Promise<BareClient> {
  const client = await bareClient(service, name, { session: 'first', client: 'calreply on desk' });
  await clock.advance(12_000);
  expect(await client.closed).toEqual({ code: 4408, reason: 'Nothing was heard.' });
  return client;
}

describe('a listener whose link was closed for silence', () => {
  test('goes on with its session, which may have slept only', async () => {
    await silent('slept');
    await bareClient(service, 'slept', { session: 'first' });
  });

  test('is refused to another session, and free when the first is away for longer', async () => {
    const { listenerId } = await silent('refused');
    await clock.advance(29_999);
    await expect(bareClient(service, 'refused', { session: 'second' })).rejects.toThrow(
      '“refused” is held by calreply on desk.',
    );
    const { json } = await service.call('GET', `/v1/listeners/${listenerId}`);
    expect(json).toMatchObject({ connected: false });
    await clock.advance(1);
    await bareClient(service, 'refused', { session: 'second' });
  });

  test('is taken over by another session that says so, and then is refused to the first', async () => {
    await silent('taken');
    await bareClient(service, 'taken', { session: 'second', client: 'calreply on laptop', takeover: true });
    await expect(bareClient(service, 'taken', { session: 'first' })).rejects.toThrow(
      '“taken” is held by calreply on laptop.',
    );
  });

  test('keeps its types and its place, unless it is to be taken over', async () => {
    const { listenerId, webhookId } = await silent('kept');
    const typesOf = async () => (await service.api.webhook(webhookId)).eventTypes;
    const question = { name: 'kept', eventTypes: ['Subscribe' as const] };
    await service.api.openListener(question);
    expect(await typesOf()).toEqual([]);
    await expect(service.api.placeListener(listenerId, { start: 'now' })).rejects.toMatchObject({ code: 'Conflict' });

    await service.api.openListener({ ...question, takeover: true });
    expect(await typesOf()).toEqual(['Subscribe']);
    await service.api.placeListener(listenerId, { start: 'now', takeover: true });
    await bareClient(service, 'kept', { session: 'second' });
  });
});

test('a listener whose link ended in another way is free at once', async () => {
  const left = await bareClient(service, 'left', { session: 'first' });
  left.cut();
  await left.closed;
  await expect
    .poll(async () => (await service.call('GET', `/v1/listeners/${left.listenerId}`)).json)
    .toMatchObject({ connected: false });
  await bareClient(service, 'left', { session: 'second' });

  const over = await bareClient(service, 'over', { session: 'first' });
  over.send({ type: 'renew', accessToken: 'nonsense' });
  expect(await over.closed).toMatchObject({ code: 4401 });
  await bareClient(service, 'over', { session: 'second' });
});
