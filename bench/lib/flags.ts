/**
 * The value of a flag that counts something.
 *
 * @throws {Error} with a sentence, for anything but a positive whole number
 */
export function countOf(flag: string, text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new Error(`--${flag} is a positive whole number, and “${text}” is none.`);
}
