import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Subscribed } from '../../src/api/contract.js';
import type { Home, Serving } from './home.js';

/** The client id and secret that the service wrote into the profile `local`. */
export function localCredentials({ configFolder }: Home): { clientId: string; clientSecret: string } {
  const read = (name: string) => JSON.parse(readFileSync(join(configFolder, name), 'utf8')) as { profiles: unknown };
  const { profiles } = read('config.json') as { profiles: { local: { clientId: string } } };
  const { profiles: secrets } = read('credentials.json') as { profiles: { local: { clientSecret: string } } };
  return { clientId: profiles.local.clientId, clientSecret: secrets.local.clientSecret };
}

/** Somebody subscribes to the first calendar, by CalReply's own call. */
export async function subscribe(
  home: Home,
  { url, account }: Serving,
  body: Readonly<Record<string, unknown>>,
): Promise<Subscribed> {
  const { clientId, clientSecret } = localCredentials(home);
  const token = await answerOf<{ access_token: string }>(`${url}/oauth2/token`, {
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  return answerOf(`${url}/v2/subscribe/${account}/my-sports-calendar`, {
    headers: { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function answerOf<T>(url: string, request: RequestInit): Promise<T> {
  const answer = await fetch(url, { method: 'POST', ...request });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}
