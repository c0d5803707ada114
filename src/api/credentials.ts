import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Client, Store } from '../store/store.js';
import { randomText } from '../util/ids.js';

/** What a program needs to log in as an account. */
export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** New credentials for an account, and the client to keep of them: the secret itself is known only to its owner. */
export async function newCredentials(accountId: string): Promise<{ credentials: Credentials; client: Client }> {
  const credentials = { clientId: `client_${randomText(16)}`, clientSecret: `secret_${randomText(40)}` };
  const secretHash = await hashSecret(credentials.clientSecret);
  const client = { clientId: credentials.clientId, secretHash, accountId, expiresAt: null };
  return { credentials, client };
}

/** The client whose credentials these are and hold, or undefined. Takes as long for a client that does not exist. */
export async function verifyCredentials(
  store: Pick<Store, 'client'>,
  { clientId, clientSecret }: Credentials,
  now: number,
): Promise<Client | undefined> {
  const client = await store.client(clientId);
  const matches = await secretMatches(clientSecret, client?.secretHash ?? (await unusableHash));
  return matches && client && holds(client, now) ? client : undefined;
}

/** Whether the client of this id can log in: also asked while somebody who logged in as it is connected. */
export async function mayLogIn(store: Pick<Store, 'client'>, clientId: string, now: number): Promise<boolean> {
  const client = await store.client(clientId);
  return client !== undefined && holds(client, now);
}

/** Whether a client can still log in. */
export function holds({ expiresAt }: Pick<Client, 'expiresAt'>, now: number): boolean {
  return expiresAt === null || expiresAt > now;
}

/** `scrypt$<salt>$<hash>`, both in base 64. */
async function hashSecret(secret: string, salt = randomBytes(16)): Promise<string> {
  return `scrypt$${salt.toString('base64')}$${(await derive(secret, salt)).toString('base64')}`;
}

async function secretMatches(secret: string, stored: string): Promise<boolean> {
  const [, salt = '', hash = ''] = stored.split('$');
  return timingSafeEqual(await derive(secret, Buffer.from(salt, 'base64')), Buffer.from(hash, 'base64'));
}

function derive(secret: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, 32, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

/** No secret leads to this hash: what an unknown client is measured against. */
const unusableHash = hashSecret(randomText(40));
