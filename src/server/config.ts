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
  /** Networks to which a public service sends as well, such as 10.0.0.0/8, by http too. */
  readonly allowNetworks?: readonly string[] | undefined;
  /** The folder with everything the service keeps; of one on PostgreSQL, with its keys where none are given. */
  readonly dataDir: string;
  /** The PostgreSQL that it keeps everything in, beside other processes; absent for the data folder. */
  readonly database?: DatabaseAddress | undefined;
  /** What secrets are sealed with; a key that the data folder holds when absent. */
  readonly encryptionKeys?: KeySource | undefined;
  /** What the calls for the operator take; a key that the data folder holds when absent. */
  readonly operatorKey?: string | undefined;
  /** Who may read the figures of `GET /metrics`: programs on this machine, or whoever reaches the service. There are none when absent. */
  readonly metrics?: 'local' | 'public' | undefined;
  /** How far the delivery engine may be behind before `GET /ready` says so, in milliseconds; 0 for as far as it likes. 60,000 when absent. */
  readonly readyLag?: number | undefined;
  /** How long what is finished is kept, in milliseconds, or null for ever; 30 days when absent. */
  readonly keep?: number | null | undefined;
  /** How much the log says. */
  readonly logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent';
}

/** Where a PostgreSQL is, by addresses that may have a password in them. */
export interface DatabaseAddress {
  readonly url: string;
  /** Past a pooler that passes no notices on; the same when absent. */
  readonly listenUrl?: string | undefined;
}

/** Encryption keys as they were given: the file to read, or the text of a variable of the environment. */
export type KeySource =
  | { readonly file: string }
  | { readonly text: string; /** Such as CALREPLY_ENCRYPTION_KEY. */ readonly variable: string };

/** True for addresses that only this machine can reach: such a service is a developer's own. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  return isIP(host) !== 0 && ipaddr.process(host).range() === 'loopback';
}
