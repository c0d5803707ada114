/**
 * The time on the system's monotonic clock, in milliseconds with fractions. It is one clock for all processes of a
 * machine, so that what one sent can be timed where another received it.
 */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
