import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The id of an event, from the header `webhook-id`, and when the last byte of its request was there. */
export type Receipt = readonly [id: string, at: number];

export type ToSink = 'count' | 'take' | 'hold' | 'release';
export type FromSink =
  | { readonly port: number }
  | { readonly count: number }
  | { readonly receipts: Receipt[] }
  /** When it was done, on the clock of `monotonic.ts`. */
  | { readonly at: number };

/** Where everything is sent to in the end. */
export interface Sink {
  readonly url: string;
  /** What was received since this was asked last, once it is `expected` or nothing more has come for `QUIET` ms. */
  receipts(expected: number): Promise<readonly Receipt[]>;
  /** From now on it answers nothing: what is sent to it waits. */
  hold(): Promise<void>;
  /** Answers what waits, and again at once whatever comes; gives the time of that. */
  release(): Promise<number>;
  stop(): void;
}

/** So long without anything new, and what is missing is lost. Longer than a first retry. In milliseconds. */
const QUIET = 20_000;
const LOOK_EVERY = 20;

/** Starts a sink as a process of its own: in the process that sends, it would be measured together with the sending. */
export async function startSink(): Promise<Sink> {
  // As a fork it gets what this process was started with: the loader of TypeScript.
  const child = fork(fileURLToPath(new URL('sink-process.ts', import.meta.url)));
  const answer = async () => ((await once(child, 'message')) as [FromSink])[0];
  const ask = (question: ToSink) => {
    const answered = answer();
    child.send(question);
    return answered;
  };
  const started = await answer();
  if (!('port' in started)) throw new Error('The sink did not say where it listens.');

  const count = async () => {
    const told = await ask('count');
    return 'count' in told ? told.count : 0;
  };

  return {
    url: `http://127.0.0.1:${started.port}`,
    async receipts(expected) {
      let known = await count();
      for (let quiet = 0; known < expected && quiet < QUIET; quiet += LOOK_EVERY) {
        await wait(LOOK_EVERY);
        const more = await count();
        if (more > known) quiet = 0;
        known = more;
      }

      const told = await ask('take');
      return 'receipts' in told ? told.receipts : [];
    },
    async hold() {
      await ask('hold');
    },
    async release() {
      const told = await ask('release');
      return 'at' in told ? told.at : Number.NaN;
    },
    stop: () => child.disconnect(),
  };
}
