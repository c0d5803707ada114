/** Numbers from 0 (included) to 1, the same sequence for the same seed. */
export type Random = () => number;

/** Bob Jenkins' small fast generator (sfc32). For samples and tests, never for secrets. */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  // The first outputs of near seeds resemble each other.
  for (let i = 0; i < 12; i += 1) next();
  return next;
}

/** One of `choices`, drawn by `random`. */
export function pick<const T extends readonly [unknown, ...unknown[]]>(random: Random, choices: T): T[number] {
  return choices[Math.floor(random() * choices.length)];
}

/** A version 4 GUID drawn by `random`: right in form, not secret. */
export function seededGuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16));
  hex[12] = '4';
  hex[16] = pick(random, ['8', '9', 'a', 'b']);
  const text = hex.join('');
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join('-');
}
