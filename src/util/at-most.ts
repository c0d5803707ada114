import type { Clock } from './clock.js';

/** Waits until something has ended, however, but for so many milliseconds at most. */
export function atMost(ms: number, ending: Promise<unknown>, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    const end = () => {
      cancel();
      resolve();
    };
    ending.then(end, end);
  });
}
