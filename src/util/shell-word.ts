/**
 * A text as one word of a command to paste: as it is where no shell reads anything into it, otherwise in single quotes.
 * Somebody else's text may be made for a shell to run it.
 *
 *     shellWord('https://example.com/a?x=1&y=2') // 'https://example.com/a?x=1&y=2', with its quotes
 */
export function shellWord(text: string): string {
  return /^[\w@%+:,./][\w@%+=:,./-]*$/.test(text) ? text : quoted(text);
}

/** The same for a word that was typed behind the name of a command, where one that begins with `-` is a flag. */
export function typedWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : quoted(text);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
