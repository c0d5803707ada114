import { failed, ok, skipped, warning, type Finding } from './check.js';

/** Standard Webhooks: a receiver refuses a signature whose time is further off than this, in seconds. */
const TOLERANCE = 300;
/** Clocks that are set by the network differ by less, in seconds. */
const USUAL = 30;

/** @param offset how far the service's clock is ahead of this machine's, in milliseconds; undefined when it does not tell */
export function clockFinding(offset: number | undefined): Finding {
  if (offset === undefined) return skipped('the service does not tell its time');
  const seconds = Math.round(Math.abs(offset) / 1000);
  // The header has whole seconds.
  if (seconds <= 1) return ok('the same time here and at the service');
  const seen = `this clock is ${seconds} s ${offset > 0 ? 'behind' : 'ahead of'} the service’s`;
  const advice = 'Let the network set the clock of this machine (NTP).';
  if (seconds > TOLERANCE) return failed(`${seen}: signatures are refused from ${TOLERANCE} s on`, advice);
  return seconds > USUAL ? warning(`${seen}: signatures are refused from ${TOLERANCE} s on`, advice) : ok(seen);
}
