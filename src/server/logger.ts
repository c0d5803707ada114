import { pino, type Logger } from 'pino';
import type { ServiceConfig } from './config.js';
import { logDestination, type LogDestination } from './log-destination.js';
import { withoutSecrets } from './without-secrets.js';

/**
 * The service's log: one JSON record a line, on stderr, with nothing secret in it. What the levels mean is in
 * docs/running-a-server.md.
 */
export function newLogger(level: ServiceConfig['logLevel'], destination: LogDestination = logDestination()): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // A library that hands over whole requests would log their headers.
      serializers: { err: describe, error: describe, req: () => undefined, res: () => undefined },
      hooks: { streamWrite: withoutSecrets },
    },
    destination,
  );
}

/** What is told of an error. */
interface DescribedError {
  readonly type: string;
  readonly code?: unknown;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: DescribedError;
}

/** Some errors carry what failed (a URL, a header) in fields of their own, so only these few are taken. */
function describe(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error).slice(0, MOST_TEXT) };
  const { code } = error as NodeJS.ErrnoException;
  return {
    type: error.name,
    ...(code !== undefined && { code }),
    message: error.message.slice(0, MOST_TEXT),
    stack: error.stack?.slice(0, MOST_TEXT),
    ...(error.cause !== undefined && depth < 3 && { cause: describe(error.cause, depth + 1) }),
  };
}

/** In characters. */
const MOST_TEXT = 4_000;
