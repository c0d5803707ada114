import { performance } from 'node:perf_hooks';

/** How long each step of an exchange took, in milliseconds; null for one that there was not. */
export interface ProbeTimings {
  /** To find the addresses of the name; null when the URL has an address. */
  readonly dnsMs: number | null;
  readonly connectMs: number | null;
  /** To agree on encryption; null for http. */
  readonly tlsMs: number | null;
  /** From the open connection to the head of the answer: sending the request, and the receiver's work. */
  readonly firstByteMs: number | null;
  /** All of it, with as much of the body as is kept. */
  readonly totalMs: number;
}

/** What a step ends with: addresses, a connection, an encrypted one, the head of the answer. */
export type Step = 'dns' | 'connect' | 'tls' | 'head';

export interface Stopwatch {
  /** A step ended now. */
  mark(step: Step): void;
  /** The steps so far, and the time until now. */
  timings(): ProbeTimings;
}

/** Starts to measure. */
export function stopwatch(now: () => number = () => performance.now()): Stopwatch {
  const startedAt = now();
  const marks: Partial<Record<Step, number>> = {};
  return {
    mark(step) {
      marks[step] ??= now();
    },
    timings() {
      const { dns, connect, tls, head } = marks;
      return {
        dnsMs: between(startedAt, dns),
        connectMs: between(dns ?? startedAt, connect),
        tlsMs: between(connect, tls),
        firstByteMs: between(tls ?? connect, head),
        totalMs: tenths(now() - startedAt),
      };
    },
  };
}

function between(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : tenths(to - from);
}

/** On one machine most steps take less than a millisecond. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
