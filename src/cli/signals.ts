/** 128 and the number of the signal, as shells count. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * One press of ^C can come twice: conf, which writes our settings, sends every signal it sees to this process once more,
 * and so does `npm run` to its child. What follows the first signal within this time is the same one. In milliseconds.
 */
const SAME_SIGNAL = 300;

/**
 * Resolves with the exit code of the first SIGINT or SIGTERM, so that what is under way can be finished. A second one
 * ends the process there and then.
 */
export function firstSignal(): Promise<number> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        firstAt ??= performance.now();
        if (performance.now() - firstAt > SAME_SIGNAL) process.exit(EXIT_CODES[signal]);
        resolve(EXIT_CODES[signal]);
      });
    }
  });
}
