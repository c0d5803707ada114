/**
 * A text as one word of a command to paste: as it is where no shell reads anything into it, otherwise in single quotes.
 * Somebody else's text may be made for a shell to run it.
 *
 *     shellWord('https://example.com/a?x=1&y=2') // 'https://example.com/a?x=1&y=2', with its quotes
 */
export function shellWord(text: string): string {
  return /^[\w@%+:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
