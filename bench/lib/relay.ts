import { fork, type ChildProcess } from 'node:child_process';
import type { Endings } from './endings.js';
import { freePort } from '../../test/helpers/free-port.js';
import { part, said } from './part.js';
import { throughAddress } from './tunnel-paths.js';
import type { TunnelSystem } from './tunnel-system.js';

export const RELAY = 'raw relay';

/**
 * The least that a tunnel of ours can be made of: HTTP → WebSocket → POST by undici → acknowledgement, each process with
 * nothing else to do. It keeps nothing, so what is on its way when a part of it ends is gone.
 */
export const RAW_RELAY: TunnelSystem = {
  name: RELAY,
  async open(endings: Endings, target: string) {
    const port = await freePort();
    const server = part(endings, () => relayProcess('relay-server-process.ts', [String(port)]));
    const client = part(endings, () => relayProcess('relay-client-process.ts', [String(port), target]));
    // It says so when its client is there.
    const connected = said(server.start(), 'The connection of the relay');
    client.start();
    await connected;
    return { path: throughAddress(RELAY, `http://127.0.0.1:${port}/`), server, client };
  },
};

function relayProcess(file: string, args: readonly string[]): ChildProcess {
  return fork(new URL(file, import.meta.url), args);
}
