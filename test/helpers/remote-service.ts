import { onTestFinished } from 'vitest';
import { ProfileFiles } from '../../src/cli/profile-files.js';
import { Home, type AtEnd } from './home.js';
import { localCredentials } from './subscribe.js';

/** A service on a machine of its own, for tests that each work on another one. */
export interface RemoteService {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What logs in to it; the secret comes in on standard input. */
  readonly loginArgs: (...more: string[]) => string[];
  /** A machine with these profiles, as logins would have left them; the last one is current. It ends with its test. */
  readonly homeWith: (...names: string[]) => Promise<Home>;
}

export async function startRemoteService(atEnd: AtEnd): Promise<RemoteService> {
  const server = new Home(atEnd);
  const { url, account } = (await server.serve()).serving;
  const { clientId, clientSecret } = localCredentials(server);
  return {
    url,
    clientId,
    clientSecret,
    loginArgs: (...more) => ['login', '--api-url', url, '--client-id', clientId, '--secret-stdin', ...more],
    homeWith: async (...names) => {
      const home = new Home(onTestFinished);
      const files = new ProfileFiles(home.configFolder);
      for (const name of names)
        await files.save(name, { apiUrl: url, clientId, account }, { clientSecret }, { current: true });
      return home;
    },
  };
}
