import { Pool } from 'undici';

/** So many requests at once, for each peer. */
export const CONCURRENCY = 50;

/** What a job of every peer does: the POST of its event, as the service does it, without a signature. */
export function poster(sinkUrl: string): (event: unknown) => Promise<void> {
  const pool = new Pool(sinkUrl, { connections: CONCURRENCY, pipelining: 1 });
  return async (event) => {
    const { eventId } = event as { eventId: string };
    const answer = await pool.request({
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/json', 'webhook-id': eventId },
      body: JSON.stringify(event),
    });
    await answer.body.dump();
    if (answer.statusCode > 299) throw new Error(`The sink answered ${answer.statusCode}.`);
  };
}
