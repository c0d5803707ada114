import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** How a service is to be run. */
export interface ServiceConfig {
  /** The port to listen on; 0 for any that is free. */
  readonly port: number;
  /** The address to bind to. */
  readonly host: string;
  /** Others than this machine's developer register webhooks: public https addresses only. Always so beyond loopback. */
  readonly isPublic?: boolean | undefined;
  /** The folder with everything the service keeps. */
  readonly dataDir: string;
  /** Who may read the figures of `GET /metrics`: programs on this machine, or whoever reaches the service. There are none when absent. */
  readonly metrics?: 'local' | 'public' | undefined;
  /** How far the delivery engine may be behind before `GET /ready` says so, in milliseconds; 0 for as far as it likes. 60,000 when absent. */
  readonly readyLag?: number | undefined;
  /** How much the log says. */
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
}

/** True for addresses that only this machine can reach: such a service is a developer's own. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback';
}
