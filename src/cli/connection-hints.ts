import type { ClientOptions } from '../api/client.js';
import { LOCAL_PROFILE, type Context } from './context.js';

/** What to try when a service cannot be reached, or refuses the credentials, by what said which service it is and as whom. */
export function connectionHints(context: Context): NonNullable<ClientOptions['hints']> {
  return { unreachable: unreachableHint(context), refused: refusedHint(context) };
}

function unreachableHint({ profile, serviceFrom }: Context): string | undefined {
  if (profile === LOCAL_PROFILE) return 'Start it with: calreply serve';
  // Credentials alone come from the environment, as in CI.
  if (serviceFrom === 'default') return 'CALREPLY_API_URL is not set, so the embedded service was meant. Set it.';
  return undefined;
}

function refusedHint({ apiUrl, profile, credentialsFrom }: Context): string | undefined {
  // A login changes nothing there: the environment goes before what it keeps.
  if (credentialsFrom === 'environment')
    return 'Check CALREPLY_CLIENT_ID and CALREPLY_CLIENT_SECRET in the environment, or unset both to use a profile.';
  if (profile === null || profile === LOCAL_PROFILE) return undefined;
  return `Log in again with: calreply login --profile ${profile} --api-url ${apiUrl}`;
}
