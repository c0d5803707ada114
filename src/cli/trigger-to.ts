import type { ApiClient } from '../api/client.js';
import { CalReplyError } from '../errors.js';
import type { RememberedListeners } from './remembered-listeners.js';

/**
 * The webhooks that `--to` names, by id, with commas between them too; undefined without `--to`. `mine` are the listeners
 * of this machine that are connected now: what is sent to another one would wait until it is.
 *
 * @throws {CalReplyError} NotFound for `mine` when there is none, WrongUse for an empty name
 */
export async function webhooksNamed(
  names: readonly string[] | undefined,
  api: Pick<ApiClient, 'listeners' | 'apiUrl'>,
  remembered: RememberedListeners,
): Promise<string[] | undefined> {
  if (!names) return undefined;
  const named = names.flatMap((name) => name.split(',')).map((name) => name.trim());
  // An empty variable must not make it go to everybody.
  if (named.includes('')) {
    throw new CalReplyError('WrongUse', '--to names no webhook.', { hint: 'See them with: calreply webhooks list' });
  }

  if (!named.includes(MINE)) return named;
  const own = remembered.names(api.apiUrl);
  const { listeners } = await api.listeners();
  const mine = listeners.filter(({ name, connected }) => connected && own.includes(name));
  if (mine.length === 0) {
    throw new CalReplyError('NotFound', `No listener of this machine is connected to ${api.apiUrl}.`, {
      hint: 'Start one with: calreply listen --forward-to 3000',
    });
  }

  return [...named.filter((name) => name !== MINE), ...mine.map(({ webhookId }) => webhookId)];
}

const MINE = 'mine';
