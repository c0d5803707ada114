import { writeSync } from 'node:fs';

/** Where records of the log go: what pino asks of a stream. */
export interface LogDestination {
  write(line: string): void;
}

/**
 * A destination that cannot fail: the log of a service is worth less than the service. When its disk is full or its
 * reader is gone, records are left out, and when it takes some again it is told how many.
 *
 * Each record is written before the next thing happens, so that the last words of a process that dies are there.
 *
 * @param write writes to it, and throws when that fails
 */
export function logDestination(write: (text: string) => void = toStandardError): LogDestination {
  let lost = 0;
  return {
    write(line) {
      try {
        if (lost > 0) {
          write(
            `${JSON.stringify({ level: 'error', time: new Date().toISOString(), lost, msg: 'records of this log were lost' })}\n`,
          );
          lost = 0;
        }

        write(line);
      } catch {
        lost += 1;
      }
    },
  };
}

function toStandardError(text: string): void {
  const bytes = Buffer.from(text);
  // A pipe may take a part. The rest of a record that is cut there is left out as well.
  for (let done = 0; done < bytes.length;) done += writeSync(2, bytes, done);
}
