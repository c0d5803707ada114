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
  /** How long what is finished is kept, in milliseconds, or null for ever; 30 days when absent. */
  readonly keep?: number | null | undefined;
  /** How much the log says. */
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
}

/** True for addresses that only this machine can reach: such a service is a developer's own. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback';
}
