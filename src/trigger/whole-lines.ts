/**
 * The lines of a recording, without the last one when it was cut short: its writer was killed while it wrote, and all
 * before it is whole. A line in the middle is handed on, whatever it is.
 */
export async function* wholeLines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let torn: string | undefined;
  for await (const line of lines) {
    if (torn !== undefined) yield torn;
    torn = isTorn(line.trim()) ? line : undefined;
    if (torn === undefined) yield line;
  }
}

/** How each line of `calreply listen --save` begins. */
const BEGINNING = '{"type":"event"';

function isTorn(text: string): boolean {
  if (text === '' || !(text.startsWith(BEGINNING) || BEGINNING.startsWith(text))) return false;
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
