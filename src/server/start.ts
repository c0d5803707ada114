import type { AddressInfo } from 'node:net';
import { buildApp } from '../api/app.js';
import { oauth, type Credentials } from '../api/auth.js';
import { addressGuard } from '../delivery/address-guard.js';
import { httpDestination } from '../delivery/http-destination.js';
import { httpProbe } from '../delivery/probe.js';
import { startWorker, type Worker } from '../delivery/worker.js';
import { CalReplyError, systemErrorCode } from '../errors.js';
import type { Account } from '../model/account.js';
import { openSqliteStore } from '../store/sql-store.js';
import { tunnelServer } from '../tunnel/server.js';
import { systemClock } from '../util/clock.js';
import { isLoopback, type ServiceConfig } from './config.js';
import { firstAccount } from './first-account.js';
import { DEFAULT_KEEP, startHousekeeping } from './housekeeping.js';
import { newLogger } from './logger.js';

export interface StartOptions extends ServiceConfig {
  readonly version: string;
  /** Credentials the caller has for this service; new ones are made when they do not hold. */
  readonly credentials?: Credentials | undefined;
}

/** A service that runs in this process. */
export interface Service {
  /** Where it can be reached, such as `http://127.0.0.1:4280`. */
  readonly url: string;
  readonly account: Account;
  /** Log in to it as its first account. */
  readonly credentials: Credentials;
  /** Takes no new work, lets what is in flight end for up to `drainMs`, and lets go of everything. */
  stop(drainMs?: number): Promise<void>;
}

/** How long what is in flight may take to end when the service stops, in milliseconds. */
const DRAIN = 20_000;
/** How long a request may go on after everything else has stopped, in milliseconds. */
const REQUEST_LIMIT = 1_000;
/** How long listeners may take to answer what they have, in milliseconds. */
const LISTENER_DRAIN = 1_000;

const HOUSEKEEPING_FAILURES = {
  remove: 'what is too old cannot be removed; it is tried again every hour, and told once',
  count: 'the history cannot be counted ahead; statistics are slower, it is tried again every minute, and told once',
};

/**
 * Starts the service: the one place that wires store, engine, tunnel and HTTP together.
 *
 * @throws {CalReplyError} PortTaken, DataFolderInUse, DataFolderUnusable
 */
export async function startService(options: StartOptions): Promise<Service> {
  const { host, port, dataDir, version } = options;
  const clock = systemClock;
  const logger = newLogger(options.logLevel);
  const store = await openSqliteStore(dataDir);
  try {
    const { account, credentials } = await firstAccount(store, clock.now(), options.credentials);
    const auth = oauth({ store, clock });
    const guard = addressGuard({ publicOnly: options.isPublic === true || !isLoopback(host) });
    const http = httpDestination(guard);
    const userAgent = `CalReply-Webhooks/${version}`;
    const probe = httpProbe({ guard, clock, userAgent });
    // The app and the tunnel wake the worker, which needs the tunnel to start: until then there is nobody to wake.
    let worker: Worker | undefined = undefined;
    const wake = () => worker?.wake();
    const tunnel = tunnelServer({ store, clock, authenticate: (header) => auth.authenticate(header), onConnect: wake });
    const app = await buildApp({
      store,
      clock,
      auth,
      guard,
      probe,
      wake,
      version,
      logger,
      isConnected: (listenerId) => tunnel.isConnected(listenerId),
      disconnect: (listenerId) => tunnel.disconnect(listenerId),
    });
    app.server.on('upgrade', (request, socket, head) => tunnel.handleUpgrade(request, socket, head));
    const url = await listen(app, host, port);
    worker = startWorker({
      store,
      clock,
      destinationOf: ({ listenerId }) => (listenerId === null ? http : tunnel),
      reachableListeners: () => tunnel.connectedListeners(),
      userAgent,
      onError: (error) => logger.error({ err: error }, 'the delivery engine failed; it tries again'),
    });
    const running = worker;
    const housekeeping = startHousekeeping({
      store,
      clock,
      keep: options.keep === undefined ? DEFAULT_KEEP : options.keep,
      onError: (error, chore) => logger.error({ err: error }, HOUSEKEEPING_FAILURES[chore]),
    });
    logger.info({ url, dataDir, version }, 'the service runs');

    return {
      url,
      account,
      credentials,
      async stop(drainMs = DRAIN) {
        // No new connection from here on; the requests under way end while the engine drains.
        const closed = app.close();
        // A listener whose app is down holds what it has, and would hold up the end; it answers when it comes back.
        const cancel = clock.after(Math.min(drainMs, LISTENER_DRAIN), () => void tunnel.stop());
        await Promise.all([running.stop(drainMs), housekeeping.stop()]);
        cancel();
        await tunnel.stop();
        await http.close();
        probe.close();
        // A request that has not arrived whole by now would keep the service for as long as its sender likes.
        const cancelCut = clock.after(REQUEST_LIMIT, () => app.server.closeAllConnections());
        await closed;
        cancelCut();
        await store.close();
        logger.info('the service stopped');
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function listen(app: Awaited<ReturnType<typeof buildApp>>, host: string, port: number): Promise<string> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw explained(error, host, port);
  }

  const { address, family, port: actualPort } = app.server.address() as AddressInfo;
  // Bound to every address, it is reached from here at the loopback one.
  if (address === '0.0.0.0' || address === '::') return `http://127.0.0.1:${actualPort}`;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${actualPort}`;
}

function explained(error: unknown, host: string, port: number): unknown {
  switch (systemErrorCode(error)) {
    case 'EADDRINUSE':
      return new CalReplyError('PortTaken', `Port ${port} on ${host} is taken by another program.`, {
        cause: error,
        hint: `Choose another with --port, such as --port ${port + 1}.`,
      });
    case 'EACCES':
      return new CalReplyError('PortTaken', `Port ${port} needs rights that this user does not have.`, {
        cause: error,
        hint: 'Choose one above 1023 with --port.',
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new CalReplyError('WrongUse', `${host} is not an address of this machine.`, {
        cause: error,
        hint: 'Try --host 127.0.0.1.',
      });
    default:
      return error;
  }
}
