import { fork, spawn, type ChildProcess } from 'node:child_process';
import { freePort } from '../../test/helpers/free-port.js';
import { part, said } from '../lib/part.js';
import { throughAddress } from '../lib/tunnel-paths.js';
import type { TunnelSystem } from '../lib/tunnel-system.js';
import { peerFile } from './library.js';

/** smee-client as it comes, on a server of ours: see `smee-server-process.ts`. */
export const SMEE: TunnelSystem = {
  name: 'smee-client',
  async open(endings, target) {
    const port = await freePort();
    const channel = `http://127.0.0.1:${port}/bench`;
    const server = part(endings, () => fork(new URL('smee-server-process.ts', import.meta.url), [String(port)]));
    const client = part(endings, () => smeeClient(channel, target));
    // The client ends when nobody is there at first.
    const serving = server.start();
    await said(serving, 'The start of the server of smee-client');
    client.start();
    await said(serving, 'The connection of smee-client');
    return { path: throughAddress(this.name, channel), server, client };
  },
};

function smeeClient(channel: string, target: string): ChildProcess {
  const args = [peerFile('smee-client', 'bin/smee.js'), '--url', channel, '--target', target];
  // It reads PORT and the settings of proxies.
  return spawn(process.execPath, args, { env: { PATH: process.env.PATH }, stdio: 'ignore' });
}
