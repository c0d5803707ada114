import { onTestFinished } from 'vitest';

/** For the rest of the test, nobody else hears this signal: what runs the test would end by it. */
export function aloneOnSignal(signal: NodeJS.Signals): void {
  const others = process.listeners(signal);
  process.removeAllListeners(signal);
  onTestFinished(() => {
    process.removeAllListeners(signal);
    for (const listener of others) process.on(signal, listener);
  });
}
