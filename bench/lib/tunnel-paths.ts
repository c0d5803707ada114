import { Pool, request } from 'undici';
import { accessToken, type Service } from './calreply.js';
import { eventOf } from './event-body.js';
import type { Send } from './load.js';
import { until } from './until.js';

/** A way for events to reach the sink. */
export interface Path {
  readonly name: string;
  /** Opens it for a run with so many connections. */
  open(connections: number): Promise<{ readonly send: Send; close(): Promise<void> }>;
}

/** So long a sender waits for an answer, as those of webhooks do. In milliseconds. */
const ANSWER_LIMIT = 10_000;

/** By a public address: the request reaches the sink as it is sent, its sender's signature included. */
export function throughAddress(name: string, address: string, headers: Record<string, string> = {}): Path {
  return {
    name,
    open: async (connections) =>
      opened(address, connections, (id) => ({ headers: { ...headers, 'webhook-id': id }, body: eventOf(id) })),
  };
}

/** By `POST /v1/events`: the service signs what it sends. */
export function throughApi(name: string, service: Service): Path {
  return {
    name,
    async open(connections) {
      const authorization = `Bearer ${await accessToken(service)}`;
      return opened(`${service.url}/v1/events`, connections, (id) => ({
        headers: { authorization },
        body: { event: eventOf(id) },
      }));
    },
  };
}

/** Straight to the sink: nothing is kept, signed, ordered or recorded. What the machine can do at most. */
export function rawPosts(sinkUrl: string): Path {
  return throughAddress('raw', sinkUrl);
}

/** The listener of this name, once its tunnel is open. */
export function openedListener(service: Service, name: string): Promise<{ readonly inboxUrl: string }> {
  return until(`The listener “${name}” being connected`, async () => {
    const headers = { authorization: `Bearer ${await accessToken(service)}` };
    const answer = await request(`${service.url}/v1/listeners`, { headers });
    const { listeners } = (await answer.body.json()) as {
      listeners: readonly { name: string; connected: boolean; inboxUrl: string }[];
    };
    return listeners.find((listener) => listener.name === name && listener.connected);
  });
}

function opened(
  address: string,
  connections: number,
  requestOf: (id: string) => { headers: Record<string, string>; body: object },
) {
  const { origin, pathname } = new URL(address);
  const pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: ANSWER_LIMIT });
  const send: Send = async (id) => {
    const { headers, body } = requestOf(id);
    const answer = await pool.request({
      method: 'POST',
      path: pathname,
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    await answer.body.dump();
    return answer.statusCode < 300;
  };
  return { send, close: () => pool.close() };
}
