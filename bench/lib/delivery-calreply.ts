import { Pool, request } from 'undici';
import { accessToken, type Service } from './calreply.js';
import type { DeliverySystem } from './delivery-system.js';
import { eventOf } from './event-body.js';

/**
 * The service with so many webhooks, each a path of the sink: there is a limit to what is in flight to one. An event goes
 * to one of them, those of one call to the same.
 *
 * @param services its processes; calls go to one after another
 */
export async function calreply(
  services: readonly [Service, ...Service[]],
  name: string,
  sinkUrl: string,
  webhooks = 1,
): Promise<DeliverySystem> {
  const [service] = services;
  const paths = Array.from({ length: webhooks }, (_, i) => `${sinkUrl}/${webhooks}/${services.length}/${i}`);
  const webhookIds = await Promise.all(paths.map((url) => registered(service, url)));
  let calls = 0;
  const nextWebhook = () => webhookIds[calls++ % webhooks];

  return {
    name,
    async open(inFlight) {
      const headers = {
        authorization: `Bearer ${await accessToken(service)}`,
        'content-type': 'application/json',
      };
      const connections = Math.ceil(inFlight / services.length);
      const pools = services.map(({ url }) => new Pool(url, { connections, pipelining: 1 }));
      let posts = 0;
      const post = async (asked: object) => {
        const body = JSON.stringify({ ...asked, to: [nextWebhook()] });
        const pool = pools[posts++ % pools.length] as Pool;
        const answer = await pool.request({ method: 'POST', path: '/v1/events', headers, body });
        return isAccepted(answer.statusCode, answer.body);
      };
      return {
        send: (id) => post({ event: eventOf(id) }),
        sendMany: (ids) => post({ events: ids.map((id) => ({ event: eventOf(id) })) }),
        close: async () => void (await Promise.all(pools.map((pool) => pool.close()))),
      };
    },
  };
}

/** @throws {Error} for an answer that says that the bench is wrong, and not that the service has enough to do */
async function isAccepted(status: number, body: { text(): Promise<string>; dump(): Promise<void> }): Promise<boolean> {
  if (status >= 400 && status < 500) throw new Error(`An event was answered with ${status}: ${await body.text()}`);
  await body.dump();
  return status < 300;
}

async function registered(service: Service, url: string): Promise<string> {
  const answer = await request(`${service.url}/v1/webhooks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await accessToken(service)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  });
  const webhook = (await answer.body.json()) as { id?: string };
  if (webhook.id === undefined) throw new Error(`${url} was not registered: ${JSON.stringify(webhook)}`);
  return webhook.id;
}
