/** 128 and the number of the signal, as shells count. */
const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/** The codes with which a command may end that uses {@link firstSignal}, as its description lists them. */
export const SIGNAL_CODES = Object.values(EXIT_CODES)
  .join(', ')
  .replace(/, (\d+)$/, ' or $1');

/**
 * One press of ^C can come twice: conf, which writes our settings, sends every signal it sees to this process once more,
 * and so does `npm run` to its child. What follows the first signal within this time is the same one. In milliseconds.
 */
const SAME_SIGNAL = 300;

/**
 * Resolves with the exit code of the first signal that asks for an end, so that what is under way can be finished: SIGINT
 * and SIGTERM, SIGQUIT of ^\, and SIGHUP of a terminal that was closed. A second one ends the process there and then.
 */
export function firstSignal(): Promise<number> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    for (const [signal, exitCode] of Object.entries(EXIT_CODES)) {
      process.on(signal, () => {
        firstAt ??= performance.now();
        if (performance.now() - firstAt > SAME_SIGNAL) process.exit(exitCode);
        resolve(exitCode);
      });
    }
  });
}
