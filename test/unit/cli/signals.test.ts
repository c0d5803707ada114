import { expect, test } from 'vitest';
import { firstSignal } from '../../../src/cli/signals.js';
import { aloneOnSignal } from '../../helpers/alone-on-signal.js';

const SIGNALS = [
  ['SIGHUP', 129],
  ['SIGINT', 130],
  ['SIGQUIT', 131],
  ['SIGTERM', 143],
] as const;

test.each(SIGNALS)('%s asks for an end, and is told by the exit code %i', async (signal, exitCode) => {
  for (const [name] of SIGNALS) aloneOnSignal(name);
  const first = firstSignal();

  process.emit(signal);

  expect(await first).toBe(exitCode);
});
