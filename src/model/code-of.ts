/** The longest code of an account or calendar; it is a part of the names of hosts as well. */
const LONGEST = 63;

/** True for what can be the code of an account or calendar. */
export function isCode(text: string): boolean {
  return text.length <= LONGEST && /^[a-z0-9]+(-+[a-z0-9]+)*$/.test(text);
}

/**
 * What a name looks like in a URL: `Müller & Söhne` → `muller-sohne`. Undefined when nothing is left of it, as of a name
 * without Latin letters.
 */
export function codeOf(name: string): string | undefined {
  const code = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, LONGEST)
    .replace(/-$/, '');
  return code === '' ? undefined : code;
}
