import { fork, spawn, type ChildProcess } from 'node:child_process';
import { request } from 'undici';
import { freePort } from '../../test/helpers/free-port.js';
import { part } from '../lib/part.js';
import { throughAddress } from '../lib/tunnel-paths.js';
import type { TunnelSystem } from '../lib/tunnel-system.js';
import { until } from '../lib/until.js';
import { peerFile } from './library.js';

/** The server knows a tunnel by the name of the host that is asked for, under this one. */
export const DOMAIN = 'tunnel.test';
/** Connections of a client, as many as by default. */
export const SOCKETS = 10;
const NAME = 'bench';

/** localtunnel and its server, both from npm. */
export const LOCALTUNNEL: TunnelSystem = {
  name: 'localtunnel',
  async open(endings, target) {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = part(endings, () => fork(new URL('localtunnel-server-process.ts', import.meta.url), [String(port)]));
    const client = part(endings, () => localtunnelClient(url, target));
    server.start();
    // It tries again after a second.
    client.start();
    await until('The connection of localtunnel', () => connectedSockets(url));
    return { path: throughAddress(this.name, url, { host: `${NAME}.${DOMAIN}` }), server, client };
  },
};

function localtunnelClient(url: string, target: string): ChildProcess {
  const { port } = new URL(target);
  const args = [peerFile('localtunnel', 'bin/lt.js'), '--port', port, '--host', url, '--subdomain', NAME];
  // It takes its settings from the environment as well.
  return spawn(process.execPath, args, { env: { PATH: process.env.PATH }, stdio: 'ignore' });
}

async function connectedSockets(url: string): Promise<number | undefined> {
  try {
    const answer = await request(`${url}/api/tunnels/${NAME}/status`);
    const { connected_sockets: sockets } = (await answer.body.json()) as { connected_sockets?: number };
    return sockets === SOCKETS ? sockets : undefined;
  } catch {
    // The server is not there yet, or it says in words that the client is not.
    return undefined;
  }
}
