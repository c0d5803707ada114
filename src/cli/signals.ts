/** 128 and the number of the signal, as shells count. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Resolves with the exit code of the first SIGINT or SIGTERM, so that what is under way can be finished. A second one
 * ends the process there and then.
 */
export function firstSignal(): Promise<number> {
  return new Promise((resolve) => {
    let seen = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (seen) process.exit(EXIT_CODES[signal]);
        seen = true;
        resolve(EXIT_CODES[signal]);
      });
    }
  });
}
