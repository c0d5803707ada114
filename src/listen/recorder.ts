import { closeSync, ftruncateSync, fstatSync, writeSync } from 'node:fs';
import { CalReplyError } from '../errors.js';
import type { ListenEvent } from '../tunnel/listening.js';
import { systemErrorText } from '../util/system-error-text.js';
import { openRecording } from './open-recording.js';
import type { ListenWatcher } from './watcher.js';

/** Keeps every delivery, a line each, in the order in which they arrive. */
export interface Recorder extends ListenWatcher {
  /** That the recording ended before the run; undefined when it did not. */
  readonly failure: CalReplyError | undefined;
  close(): void;
}

export interface RecorderOptions {
  /** Goes on with a recording that is there. */
  readonly append: boolean;
  /** The JSON of a delivery, on one line; undefined for what is not kept. */
  readonly lineOf: (event: ListenEvent) => string | undefined;
  /** Told once, when nothing can be written any more. */
  readonly onFailure: (error: CalReplyError) => void;
}

/**
 * Records to a file that its owner alone can read. A line is with the system as soon as it is written, so a process that
 * is killed loses at most the last one.
 *
 * @throws {CalReplyError} WrongUse when there can be no such file
 */
export function recorder(path: string, { append, lineOf, onFailure }: RecorderOptions): Recorder {
  const file = openRecording(path, append);
  let failure: CalReplyError | undefined;
  return {
    get failure() {
      return failure;
    },
    onEvent(event) {
      const line = failure === undefined ? lineOf(event) : undefined;
      if (line === undefined) return;
      const { size } = fstatSync(file);
      try {
        writeWhole(file, Buffer.from(`${line}\n`));
      } catch (error) {
        const why = systemErrorText(error);
        failure = new CalReplyError('FileNotWritten', `The recording ${path} is not of the whole run: ${why}.`);
        onFailure(ends(path, why));
        // With a gap it would play what never was, so it ends here, and with a whole line.
        ftruncateSync(file, size);
      }
    },
    close: () => closeSync(file),
  };
}

/** A disk that gets full takes a part. */
function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
}

function ends(path: string, why: string): CalReplyError {
  return new CalReplyError('FileNotWritten', `The recording ${path} ends here: ${why}.`, {
    hint: 'What was recorded until now is whole. Forwarding goes on.',
  });
}
