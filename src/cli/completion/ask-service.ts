import { ApiClient, type Tokens } from '../../api/client.js';
import { sendJson, type SendJson } from '../../util/http-client.js';
import type { ProxyVariables } from '../../util/proxy.js';
import { environment, resolveContext, type ContextFlags } from '../context.js';
import { ProfileFiles } from '../profile-files.js';
import { transportTo } from '../transport.js';
import type { ValueKind } from './value-kinds.js';
import type { Asked } from './values.js';
import type { Candidate } from './what-is-next.js';

/** What only the service knows. */
export type ServiceKind = Exclude<ValueKind, 'event-type' | 'profile' | 'file' | 'folder'>;

/** How long somebody who pressed Tab waits in all, in milliseconds. */
const LIMIT = 800;
/** The newest ones; who looks for an older one knows its id. */
const NEWEST = 25;

/** @throws {CalReplyError} SettingsUnreadable */
export function knownProfiles(): Candidate[] {
  const { profiles } = profileFiles().settings();
  return Object.entries(profiles).map(([value, { apiUrl }]) => ({ value, description: apiUrl }));
}

/**
 * Asks the service that the command line names, with the credentials there are. It is never started, and it has little
 * time. Nothing is kept but a token that had to be renewed: the one it was got by holds no more.
 *
 * @throws {CalReplyError} whatever hinders it
 */
export async function askService(kind: ServiceKind, asked: Asked): Promise<Candidate[]> {
  const api = client(asked);
  if (api === undefined) return [];
  switch (kind) {
    case 'webhook':
      return (await api.webhooks()).webhooks.map(({ id, url, enabled }) => ({
        value: id,
        description: enabled ? url : `${url} (off)`,
      }));
    case 'notification':
      return (await api.notifications({ limit: NEWEST })).notifications.map(
        ({ id, eventType, status, webhookUrl }) => ({
          value: id,
          description: `${eventType} ${status} ${webhookUrl}`,
        }),
      );
    case 'event':
      return (await api.events({ limit: NEWEST })).events.map(({ eventId, eventType, createdAt }) => ({
        value: eventId,
        description: `${eventType} ${createdAt}`,
      }));
    case 'calendar':
      return (await api.account()).calendars.map(({ code, title }) => ({ value: code, description: title }));
  }
}

function client({ words, userAgent }: Asked): ApiClient | undefined {
  const env = environment();
  const files = profileFiles();
  const { apiUrl, clientId, clientSecret, tokens, profile } = resolveContext(contextFlags(words), env, files);
  if (clientId === undefined || clientSecret === undefined) return undefined;
  const onTokens =
    profile === null ? undefined : (fresh: Tokens) => files.keepTokens(profile, { clientSecret, tokens: fresh });
  return new ApiClient({
    apiUrl,
    clientId,
    clientSecret,
    tokens,
    onTokens,
    userAgent,
    send: hurried(apiUrl, env.proxies),
  });
}

/** The flags that say which service, as far as they can be read from a line that is not finished. */
function contextFlags(words: readonly string[]): ContextFlags {
  const valueOf = (...names: string[]) => {
    const place = words.findIndex((word, i) => names.includes(word) && i + 1 < words.length - 1);
    if (place !== -1) return words[place + 1];
    const [, value] =
      words
        .map((word) => /^--([^=]+)=(.+)$/.exec(word)?.slice(1) ?? [])
        .find(([name]) => names.includes(`--${name}`)) ?? [];
    return value;
  };
  return {
    profile: valueOf('--profile', '-p'),
    'api-url': valueOf('--api-url'),
    local: words.includes('--local'),
  };
}

function profileFiles(): ProfileFiles {
  return new ProfileFiles(environment().configDir, { onlyReads: true });
}

function hurried(apiUrl: string, proxies: ProxyVariables): SendJson {
  const deadline = performance.now() + LIMIT;
  return async (request) => {
    const { send = sendJson } = await transportTo(apiUrl, proxies);
    return send({ ...request, timeout: Math.max(Math.ceil(deadline - performance.now()), 1) });
  };
}
