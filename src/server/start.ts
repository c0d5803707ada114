import { buildApp } from '../api/app.js';
import { oauth } from '../api/auth.js';
import type { Credentials } from '../api/credentials.js';
import { operatorAuth } from '../api/operator-auth.js';
import { httpDestination } from '../delivery/http-destination.js';
import { httpProbe } from '../delivery/probe.js';
import { startWorker, type Worker } from '../delivery/worker.js';
import { CalReplyError } from '../errors.js';
import type { Account } from '../model/account.js';
import { unusableFolder } from '../store/data-folder.js';
import { tunnelServer } from '../tunnel/service/server.js';
import type { Clock } from '../util/clock.js';
import { removeRunningService, writeRunningService, type RunningService } from '../util/running-service.js';
import type { ServiceConfig } from './config.js';
import { addCredentials, firstAccount, hasCredentials, logsInAs } from './first-account.js';
import { DEFAULT_KEEP, startHousekeeping } from './housekeeping.js';
import type { LogDestination } from './log-destination.js';
import { newLogger } from './logger.js';
import { listen, stopListening } from './listen.js';
import { startMonitor } from './monitor.js';
import { openStore, type OpenedStore } from './open-store.js';
import { operatorKey } from './operator-key.js';
import { readiness } from './readiness.js';
import { isPublicService, serviceGuard, type GuardOptions } from './service-guard.js';
import { watchedStore } from './watched-store.js';

export interface StartOptions extends ServiceConfig, Pick<GuardOptions, 'resolve'> {
  readonly version: string;
  /** Where its log goes; to stderr when absent. */
  readonly logDestination?: LogDestination | undefined;
  /** That of what everything is kept in when absent. */
  readonly clock?: Clock | undefined;
}

/** A service that runs in this process. */
export interface Service {
  /** Where it can be reached, such as `http://127.0.0.1:4280`. */
  readonly url: string;
  /** The address of its PostgreSQL, without a password; null on a data folder. */
  readonly database: string | null;
  /** Its first account. */
  readonly account: Account;
  /** Whether these log in as its first account. */
  accepts(credentials: Credentials): Promise<boolean>;
  /**
   * Makes credentials of its first account.
   *
   * @throws {CalReplyError} DataFolderUnusable
   */
  addCredentials(): Promise<Credentials>;
  /** Whether anybody has credentials of its first account that hold for good. */
  hasCredentials(): Promise<boolean>;
  /** Adds a warning to its log. */
  warn(facts: object, message: string): void;
  /** Takes no new work, lets what is in flight end for up to `drainMs`, and lets go of everything. */
  stop(drainMs?: number): Promise<void>;
}

/** Pending notifications are counted up to here. */
const MOST_COUNTED = 100_000;
/** How far the engine may be behind, in milliseconds. */
const READY_LAG = 60_000;
/** How long what is in flight may take to end when the service stops, in milliseconds. */
const DRAIN = 20_000;
/** How long a request may go on after everything else has stopped, in milliseconds. */
const REQUEST_LIMIT = 1_000;
/** How long listeners may take to answer what they have, in milliseconds. */
const LISTENER_DRAIN = 1_000;

const HOUSEKEEPING_FAILURES = {
  remove: 'what is too old cannot be removed; it is tried again every hour, and told once',
  count: 'the history cannot be counted ahead; statistics are slower, it is tried again every minute, and told once',
  fold: 'what events tell of subscriptions cannot be kept ahead; insights are slower, it is tried again every ten seconds, and told once',
};

/**
 * Starts the service: the one place that wires store, engine, tunnel and HTTP together.
 *
 * @throws {CalReplyError} PortTaken, DataFolderInUse, DataFolderUnusable, DatabaseUnusable, EncryptionKeyUnusable,
 *   WrongUse
 */
export async function startService(options: StartOptions): Promise<Service> {
  const { host, port, dataDir, version } = options;
  const startedAt = performance.now();
  const logger = newLogger(options.logLevel, options.logDestination);
  const guard = serviceGuard(options);
  const say = (text: string) => logger.warn(text);
  const kept = await openStore(options, say);
  const { store: opened } = kept;
  const clock = options.clock ?? kept.clock;
  /** What has to end when a later step fails, in the order in which it began. */
  const undo: (() => unknown)[] = [() => opened.close()];
  try {
    // The app and the tunnel wake the worker, which needs the tunnel to start: until then there is nobody to wake.
    let worker: Worker | undefined = undefined;
    let isStopping = false;
    const monitor = await startMonitor({
      ...{ logger, clock, version, store: opened, metrics: options.metrics },
      condition: async () => worker?.condition().catch(() => undefined),
      connectedListeners: () => tunnel.reachableListeners().length,
    });
    undo.push(() => monitor.stop());
    const store = watchedStore(opened, monitor.onAccepted);
    const auth = oauth({ store, clock, onLogin: monitor.onLogin });
    const wake = () => worker?.wake();
    const tunnel = tunnelServer({ store, clock, ...auth, onRoom: wake });
    const { account, isNew } = await keeping(kept, () => firstAccount(store, clock.now()));
    const http = httpDestination(guard);
    undo.push(() => http.close());
    const userAgent = `CalReply-Webhooks/${version}`;
    const probe = httpProbe({ guard, clock, userAgent });
    const app = await buildApp({
      store,
      clock,
      auth,
      authorizeOperator: operatorAuth(operatorKey(dataDir, options.operatorKey, say)),
      guard,
      probe,
      wake,
      version,
      // Of what it would tell, only mistakes are worth a line: the rest is told by the monitor.
      logger: logger.child({}, { level: logger.isLevelEnabled('info') ? 'warn' : logger.level }),
      metrics: monitor.metrics,
      onAnswer: monitor.onAnswer,
      onFailure: monitor.onFailure,
      isStopping: () => isStopping,
      readiness: readiness({
        ...{ store, clock, longestLag: options.readyLag ?? READY_LAG },
        worker: () => worker,
        isStopping: () => isStopping,
      }),
      isConnected: (listenerId) => tunnel.isConnected(listenerId),
      isHeld: (listenerId) => tunnel.isHeld(listenerId),
      disconnect: (listenerId) => tunnel.disconnect(listenerId),
      reconnect: (listenerId) => tunnel.reconnect(listenerId),
      takeOver: (listener, by) => tunnel.takeOver(listener, by),
    });
    undo.push(() => app.close());
    app.server.on('upgrade', (request, socket, head) => tunnel.handleUpgrade(request, socket, head));
    const url = await listen(app, host, port);
    worker = startWorker({
      store,
      clock,
      destinationOf: ({ listenerId }) => (listenerId === null ? http : tunnel),
      reachableListeners: () => tunnel.reachableListeners(),
      userAgent,
      onAttempt: monitor.onAttempt,
      onError: monitor.onEngineFailure,
    });
    const running = worker;
    undo.push(() => running.stop(0));
    undo.push(opened.onDue(wake));
    const housekeeping = startHousekeeping({
      store,
      clock,
      keep: options.keep === undefined ? DEFAULT_KEEP : options.keep,
      onError: (error, chore) => logger.error({ err: error }, HOUSEKEEPING_FAILURES[chore]),
    });
    undo.push(() => housekeeping.stop());
    const { pid } = process;
    tellWhereItRuns(dataDir, { pid, url });
    logger.info(
      {
        ...{ url, dataDir, ...(options.database && { database: kept.keptIn }), version, node: process.version, pid },
        ...{ host, isPublic: isPublicService(options), allowNetworks: options.allowNetworks ?? [] },
        encryptionKey: store.encryptionKeyId,
        ms: Math.round(performance.now() - startedAt),
      },
      'the service runs',
    );

    return {
      url,
      database: options.database ? kept.keptIn : null,
      account,
      accepts: (credentials) => logsInAs(store, account, credentials, clock.now()),
      async addCredentials() {
        const credentials = await keeping(kept, () => addCredentials(store, account, clock.now()));
        const { clientId } = credentials;
        if (!isNew) {
          logger.warn(
            { clientId, account: account.code },
            'credentials were added to the first account, since this user has none for it; `calreply accounts list` shows all',
          );
        }

        return credentials;
      },
      hasCredentials: () => hasCredentials(store, account),
      warn: (facts, message) => logger.warn(facts, message),
      async stop(drainMs = DRAIN) {
        const stopAt = performance.now();
        // Whoever sends requests here is told not to. What comes all the same is answered and kept, for the next start:
        // better than refusing it for as long as the slowest receiver takes.
        isStopping = true;
        const left = (await running.condition().catch(() => undefined))?.inFlight;
        logger.info({ inFlight: left, drainMs }, 'the service stops');
        // A listener whose app is down holds what it has, and would hold up the end; it answers when it comes back.
        const cancel = clock.after(Math.min(drainMs, LISTENER_DRAIN), () => void tunnel.stop());
        await Promise.all([running.stop(drainMs), housekeeping.stop()]);
        cancel();
        // No new connection from here on; the requests under way end.
        await stopListening(app.server);
        const closed = app.close();
        await tunnel.stop();
        await http.close();
        probe.close();
        // A request that has not arrived whole by now would keep the service for as long as its sender likes.
        const cancelCut = clock.after(REQUEST_LIMIT, () => app.server.closeAllConnections());
        await closed;
        cancelCut();
        removeRunningService(dataDir, process.pid);
        monitor.stop();
        const pending = await store.pendingCount(MOST_COUNTED).catch(() => undefined);
        await store.close();
        const ms = (since: number) => Math.round(performance.now() - since);
        logger.info(
          { ...monitor.total(), pending, ranSeconds: Math.round(ms(startedAt) / 1000), ms: ms(stopAt) },
          'the service stopped',
        );
      },
    };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    throw error;
  }
}

/** @throws {CalReplyError} DataFolderUnusable */
function tellWhereItRuns(dataDir: string, running: RunningService): void {
  try {
    writeRunningService(dataDir, running);
  } catch (error) {
    throw unusableFolder(dataDir, error);
  }
}

/**
 * Does work of the start, which ends a command and answers no request.
 *
 * @throws {CalReplyError} DataFolderUnusable, DatabaseUnusable where a request would be told ServiceUnavailable
 */
async function keeping<T>({ unusable }: OpenedStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const isUnavailable = error instanceof CalReplyError && error.code === 'ServiceUnavailable';
    throw isUnavailable ? unusable(error.cause) : error;
  }
}
