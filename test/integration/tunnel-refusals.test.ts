import { request as httpRequest } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import type { ListenerResource } from '../../src/api/contract.js';
import { SUBPROTOCOL } from '../../src/tunnel/protocol.js';
import { exchange } from '../helpers/exchange.js';
import { openListener, startListener } from '../helpers/listener.js';
import { startReceiver } from '../helpers/receiver.js';
import { startTestService, type TestService } from '../helpers/service.js';
import { waitUntil } from '../helpers/wait-until.js';

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
  return () => service.end();
});

/** Asks for a WebSocket and answers the refusal. */
function upgrade(
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number; head: object; body: unknown }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(service.url + path, {
      headers: {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    request.on('error', reject);
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve({ status: 101, head: {}, body: undefined });
    });
    request.on('response', (answer) => {
      let text = '';
      answer.on('data', (data: Buffer) => (text += data.toString()));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, head: answer.headers, body: JSON.parse(text) as unknown }),
      );
    });
    request.end();
  });
}

const bearer = async (of: Pick<TestService, 'api'> = service) => `Bearer ${await of.api.accessToken()}`;
const openTunnelPath = async (name: string) => {
  const { tunnelUrl } = await service.api.openListener({ name });
  return new URL(tunnelUrl).pathname;
};

describe('an upgrade', () => {
  const protocol = { 'sec-websocket-protocol': SUBPROTOCOL };
  const refusal = (status: number, code: string) => ({
    status,
    head: { connection: 'close', 'content-type': 'application/json; charset=utf-8' },
    body: { Code: code, Reason: expect.stringMatching(/\.$|…$/) },
  });

  test('is refused without a token that holds', async () => {
    const path = await openTunnelPath('door');
    for (const authorization of ['', 'Bearer nonsense', 'Basic YTpi']) {
      const answer = await upgrade(path, { ...protocol, authorization });
      expect(answer).toMatchObject(refusal(401, 'Unauthorized'));
      expect(answer.head).toHaveProperty('www-authenticate');
    }
  });

  test('is refused for a listener that is not there, or another account’s', async () => {
    const path = await openTunnelPath('door');
    const authorization = await bearer();
    expect(await upgrade('/v1/listeners/lst_nobody/tunnel', { ...protocol, authorization })).toMatchObject(
      refusal(404, 'NotFound'),
    );
    expect(await upgrade('/v1/account', { ...protocol, authorization })).toMatchObject(refusal(404, 'NotFound'));
    const foreign = { ...protocol, authorization: await bearer(service.stranger) };
    expect(await upgrade(path, foreign)).toMatchObject(refusal(404, 'NotFound'));
  });

  test('that is refused is cut off, though its client keeps its own half open', async () => {
    const { hostname, port } = new URL(service.url);
    const socket = connectTcp({ host: hostname, port: Number(port), allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    const head = ['GET /v1/account HTTP/1.1', `Host: ${hostname}`, 'Connection: Upgrade', 'Upgrade: websocket'];
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    socket.resume();
    await new Promise((resolve) => socket.once('end', resolve));
    // Only an end that is gone altogether refuses what is written to it.
    const refused = new Promise<string | undefined>((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    await waitUntil('the service refuses more', () => {
      if (!socket.destroyed) socket.write('x');
      return socket.destroyed;
    });
    expect(['ECONNRESET', 'EPIPE']).toContain(await refused);
  });

  test('is refused for another protocol or none', async () => {
    const path = await openTunnelPath('door');
    const authorization = await bearer();
    for (const other of ['', 'calreply-tunnel.v0, chat']) {
      const headers = { authorization, ...(other !== '' && { 'sec-websocket-protocol': other }) };
      expect(await upgrade(path, headers)).toMatchObject(refusal(426, 'ProtocolTooOld'));
    }

    const both = { 'sec-websocket-protocol': `chat, ${SUBPROTOCOL}`, authorization };
    expect(await upgrade(path, both)).toMatchObject({ status: 101 });
  });
});

/** A bare client: opens the WebSocket of a new listener and says nothing by itself. */
async function connect(name: string): Promise<{ socket: WebSocket; closed: Promise<[code: number, reason: string]> }> {
  const { tunnelUrl } = await service.api.openListener({ name });
  onTestFinished(() => socket.terminate());
  const socket = new WebSocket(tunnelUrl, SUBPROTOCOL, { headers: { authorization: await bearer() } });
  const closed = new Promise<[number, string]>((resolve) => {
    socket.on('close', (code, reason) => resolve([code, reason.toString()]));
  });
  await new Promise((resolve) => socket.once('open', resolve));
  return { socket, closed };
}

/** Names that no other test holds a listener of. */
let count = 0;
const newName = () => `bare-${(count += 1)}`;

const hello = (session: string) => JSON.stringify({ type: 'hello', session, client: 'bare client' });

describe('a frame that is no message closes the link with 4400 and says why', () => {
  test.each([
    ['text that is no JSON', 'garbage'],
    ['a list', '[]'],
    ['nothing', ''],
    ['null', 'null'],
    ['a type nobody knows', '{"type":"surprise"}'],
    ['an outcome without its fields', '{"type":"handled","id":"ntf_1"}'],
    ['a status that is none', '{"type":"handled","id":"a","attempt":1,"status":7,"durationMs":1,"answer":""}'],
    ['a second hello', hello('two')],
    ['bytes', Buffer.from([1, 2, 3])],
    ['a body of 100,000 brackets', '['.repeat(100_000)],
  ])('%s', async (_, frame) => {
    const { socket, closed } = await connect(newName());
    socket.send(hello('one'));
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(frame);
    expect(await closed).toEqual([4400, expect.stringMatching(/\.$/)]);
  });

  test.each([
    ['garbage', 'garbage'],
    ['another message', '{"type":"ping"}'],
    ['a hello without its fields', '{"type":"hello"}'],
  ])('%s in place of hello', async (_, frame) => {
    const { socket, closed } = await connect(newName());
    socket.send(frame);
    expect(await closed).toEqual([4400, expect.stringMatching(/\.$/)]);
  });

  test('and a frame of more than 1 MB ends the link', async () => {
    const { socket, closed } = await connect(newName());
    socket.send(hello('one'));
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send('x'.repeat(1024 * 1024 + 1));
    expect((await closed)[0]).not.toBe(1000);
    expect(await exchange(`${service.url}/health`)).toMatchObject({ status: 200 });
  });
});

test('answers to attempts that are not open are skipped', async () => {
  const { socket } = await connect(newName());
  socket.send(hello('one'));
  await new Promise((resolve) => socket.once('message', resolve));
  socket.send('{"type":"received","id":"ntf_nobody","attempt":1}');
  socket.send('{"type":"failed","id":"ntf_nobody","attempt":1,"error":"timeout","durationMs":1}');
  const pong = new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(data.toString())));
  socket.send('{"type":"ping","more":"is skipped"}');
  expect(await pong).toBe('{"type":"pong"}');
});

describe('a listener', () => {
  test('that another session holds is refused, and is told who holds it', async () => {
    const app = await startReceiver();
    const first = await startListener(service, { name: 'shared', target: app.url, client: 'calreply on desk' });
    const second = await openListener(service, { name: 'shared', target: app.url });
    await expect(second.ended).rejects.toMatchObject({
      code: 'TunnelLost',
      message: '“shared” is held by calreply on desk.',
      hint: expect.stringContaining('--name'),
    });

    await service.api.triggerEvent({ eventType: 'Test', to: [first.opened.webhookId] });
    await first.saw('forwarded');
  });

  test('that is held by the same session on a link that looks open changes over to the new one', async () => {
    const one = await connect('same');
    one.socket.send(hello('me'));
    await new Promise((resolve) => one.socket.once('message', resolve));
    const two = await connect('same');
    two.socket.send(hello('me'));
    const ready = await new Promise((resolve) =>
      two.socket.once('message', (data: Buffer) => resolve(data.toString())),
    );
    expect(ready).toContain('"ready"');
    await one.closed;
  });

  test('that was removed ends for good, with its inbox and its webhook', async () => {
    const app = await startReceiver();
    const listener = await startListener(service, { name: 'removed', target: app.url });
    await service.api.removeListener(listener.opened.id);
    await expect(listener.ended).rejects.toMatchObject({
      code: 'TunnelLost',
      message: 'This listener was taken off.',
    });
    await expect(service.api.webhook(listener.opened.webhookId)).rejects.toMatchObject({ code: 'NotFound' });
    expect(listener.events.map(({ kind }) => kind)).not.toContain('reconnecting');
  });

  test('of another account cannot be removed, and its webhook cannot be removed or pointed elsewhere', async () => {
    const { id, webhookId } = await service.api.openListener({ name: 'mine' });
    await expect(service.stranger.api.removeListener(id)).rejects.toMatchObject({ code: 'NotFound' });
    await expect(service.api.removeWebhook(webhookId)).rejects.toMatchObject({ code: 'Conflict' });
    await expect(service.api.changeWebhook(webhookId, { url: 'https://example.com' })).rejects.toMatchObject({
      code: 'InvalidRequest',
    });
    const authorization = await bearer(service.stranger);
    expect(await service.call('GET', `/v1/listeners/${id}`, { headers: { authorization } })).toMatchObject({
      status: 404,
      json: { Code: 'NotFound' },
    });
    expect(await service.call('GET', '/v1/listeners', { headers: { authorization } })).toMatchObject({
      status: 200,
      json: { listeners: [] },
    });
    expect((await service.stranger.api.openListener({ name: 'mine' })).id).not.toBe(id);
  });

  test('keeps its types while it is connected, whoever asks for its name, and takes others when it is opened anew', async () => {
    const app = await startReceiver();
    const listener = await startListener(service, { name: 'choosy', target: app.url });
    await service.api.openListener({ name: 'choosy', eventTypes: ['Unsubscribe'] });
    const subscribe = await service.api.triggerEvent({ eventType: 'Subscribe' });
    await waitUntil('it came', () => app.requests.length === 1);
    await listener.stop(0);
    const authorization = `Bearer ${await service.api.accessToken()}`;
    await waitUntil('the service has seen it go', async () => {
      const answer = await service.call('GET', `/v1/listeners/${listener.opened.id}`, { headers: { authorization } });
      return !(answer.json as ListenerResource).connected;
    });

    await service.api.openListener({ name: 'choosy', eventTypes: ['Unsubscribe'] });
    const again = await startListener(service, { name: 'choosy', target: app.url, eventTypes: ['Unsubscribe'] });
    await service.api.triggerEvent({ eventType: 'Subscribe' });
    const wanted = await service.api.triggerEvent({ eventType: 'Unsubscribe' });
    await waitUntil('the wanted one came', () => app.requests.length === 2);
    expect(app.eventIds()).toEqual([subscribe.event.eventId, wanted.event.eventId]);
    await again.stop(0);
  });
});
