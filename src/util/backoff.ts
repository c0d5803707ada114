/** How a wait grows from try to try. Times in milliseconds. */
export interface BackoffOptions {
  readonly first: number;
  readonly most: number;
}

/**
 * The wait before try number `attempt` (the first is 1): doubling, at most `most`, and anywhere between half of it and
 * all of it, so that many clients that lost one server do not come back in the same instant.
 *
 * @param random a number from 0 (included) to 1
 */
export function backoff(attempt: number, { first, most }: BackoffOptions, random: number): number {
  const whole = Math.min(first * 2 ** (attempt - 1), most);
  return Math.round(whole / 2 + (whole / 2) * random);
}
