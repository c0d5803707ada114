import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { AddressGuard } from '../delivery/address-guard.js';
import type { Probe } from '../delivery/probe.js';
import type { Account } from '../model/account.js';
import type { Listener } from '../model/listener.js';
import type { Store } from '../store/store.js';
import type { Clock } from '../util/clock.js';
import type { Auth } from './auth.js';
import type { ReadinessCheck } from './contract.js';

/** What the routes work with; wired up in `server/start.ts`. */
export interface AppOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly auth: Auth;
  /** @throws {CalReplyError} Unauthorized without the operator key */
  readonly authorizeOperator: (authorization: string | undefined) => void;
  readonly guard: Pick<AddressGuard, 'checkUrl'>;
  /** Sends what is only to be looked at; the delivery engine has no part in it. */
  readonly probe: Pick<Probe, 'send'>;
  /** Tells the delivery engine that something was accepted. */
  readonly wake: () => void;
  /** True while the tunnel of a listener is up. */
  readonly isConnected: (listenerId: string) => boolean;
  /** True while nobody else may have the listener without taking it over: also for a moment after its tunnel went silent. */
  readonly isHeld: (listenerId: string) => boolean;
  /** Ends the tunnel of a listener that was removed. */
  readonly disconnect: (listenerId: string) => void;
  /** Ends the tunnel of a listener whose credentials may hold no more; it may come back. */
  readonly reconnect: (listenerId: string) => void;
  /** Ends the tunnel of a listener for good, since whoever `by` says, in words for people, takes its place. */
  readonly takeOver: (listener: Pick<Listener, 'id' | 'name'>, by: string) => void;
  /** What the service needs to do its work, and whether it has it. It never fails, and costs little however often it is asked. */
  readonly readiness: () => Promise<ReadinessCheck[]>;
  /** The figures of the service; absent where nobody asked for them. */
  readonly metrics: Metrics | undefined;
  /** True from the moment the service begins to stop: answers still go out, and connections end with them. */
  readonly isStopping: () => boolean;
  /** Told of each answer, once it is out. */
  readonly onAnswer: (answer: AnsweredRequest) => void;
  /** Told of requests that the service failed on. */
  readonly onFailure: (error: unknown, request: Pick<AnsweredRequest, 'method' | 'route'>) => void;
  readonly version: string;
  readonly logger: FastifyBaseLogger;
}

/** Figures for Prometheus. */
export interface Metrics {
  readonly contentType: string;
  /** Whoever reaches the service may read them, not only programs on its machine. */
  readonly isPublic: boolean;
  readonly text: () => Promise<string>;
}

/** A request and how it was answered, with nothing of what either said. */
export interface AnsweredRequest {
  readonly method: string;
  /** The pattern of its path, such as `/v1/webhooks/:id`; `none` where there is no such call. */
  readonly route: string;
  readonly status: number;
  /** In milliseconds. */
  readonly durationMs: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** On whose behalf the request comes; set on every route but the open ones. */
    account: Account;
    /** The client that the access token was given to. */
    clientId: string;
  }
}

/**
 * The service's own address as the caller wrote it: behind a proxy or on another name it is theirs, not ours.
 */
export function originOf(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}
