import { readyService, spawnService, startCalreply, temporaryHome, type Home } from './calreply.js';
import type { ChildProcess } from 'node:child_process';
import type { Endings } from './endings.js';
import { freePort } from '../../test/helpers/free-port.js';
import { part } from './part.js';
import { openedListener, throughAddress, throughApi, type Path } from './tunnel-paths.js';
import type { Tunnel, TunnelSystem } from './tunnel-system.js';

const LISTENER = 'bench';

/** By the public inbox: what came in is passed on as it is, with the sender's own signature. */
export const INBOX = 'calreply, inbox';
/** By `POST /v1/events`: the service signs. */
export const EVENTS = 'calreply, events';

export interface CalreplyTunnel extends Tunnel {
  readonly events: Path;
}

/** `calreply serve` and `calreply listen`, with a home folder of their own. */
export const CALREPLY_TUNNEL: TunnelSystem = { name: 'calreply', open: openCalreply };

/** @param profile a folder for CPU profiles of both */
export async function openCalreply(endings: Endings, target: string, profile?: string): Promise<CalreplyTunnel> {
  const home = temporaryHome();
  endings.add(() => home.remove());
  const port = await freePort();
  const server = part(endings, () => spawnService(home, port, { profile }));
  const client = part(endings, () => listen(home, target, profile));
  const service = await readyService(home, server.start());
  client.start();
  const { inboxUrl } = await openedListener(service, LISTENER);
  return { path: throughAddress(INBOX, inboxUrl), events: throughApi(EVENTS, service), server, client };
}

function listen(home: Home, target: string, profile: string | undefined): ChildProcess {
  return startCalreply(home, ['listen', '--local', '--name', LISTENER, '--forward-to', target], { profile });
}
