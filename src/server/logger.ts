import { pino, type Logger } from 'pino';
import type { ServiceConfig } from './config.js';

/** The service's log: one JSON record a line, on stderr, with nothing secret in it. */
export function newLogger(level: ServiceConfig['logLevel']): Logger {
  return pino(
    {
      level,
      base: undefined,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: {
        paths: ['headers.authorization', 'req.headers.authorization', '*.secret', '*.clientSecret'],
        censor: '[hidden]',
      },
    },
    pino.destination(2),
  );
}
