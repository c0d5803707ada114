import { writeSync } from 'node:fs';

/** Where records of the log go: what pino asks of a stream. */
export interface LogDestination {
  write(line: string): void;
}

const NEWLINE = 10;

/**
 * A destination that cannot fail: the log of a service is worth less than the service. When its disk is full or its
 * reader is gone, records are left out, and when it takes some again it is told how many. One that was cut off in the
 * middle is among these, and stands on a line of its own.
 *
 * Each record is written before the next thing happens, so that the last words of a process that dies are there.
 *
 * @param write writes a part of it at least, and returns of how many bytes; throws when that fails
 */
export function logDestination(write: (bytes: Buffer) => number = toStandardError): LogDestination {
  let lost = 0;
  let isCut = false;
  const put = (text: string) => {
    const bytes = Buffer.from(isCut ? `\n${text}` : text);
    for (let done = 0; done < bytes.length;) {
      done += write(bytes.subarray(done));
      isCut = bytes[done - 1] !== NEWLINE;
    }
  };
  return {
    write(line) {
      try {
        if (lost > 0) {
          put(
            `${JSON.stringify({ level: 'error', time: new Date().toISOString(), lost, msg: 'records of this log were lost' })}\n`,
          );
          lost = 0;
        }

        put(line);
      } catch {
        lost += 1;
      }
    },
  };
}

const toStandardError = (bytes: Buffer) => writeSync(2, bytes);
