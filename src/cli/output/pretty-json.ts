/**
 * Makes another text of a string in JSON, or of a number as it was sent; `name` is that of the field it is the value of, empty
 * for a name itself.
 */
export type ChangeText = (name: string, value: string) => string;

/** What nests deeper would be indented out of every window. */
const DEEPEST = 64;

/**
 * JSON as people read it, a line for each value; undefined for a text that is none. Numbers and escapes are left as they
 * were sent, since that is what is looked for: `1.0` is not made `1`, nor is a field that is there twice left out.
 */
export function prettyJson(text: string, change: ChangeText = (_, value) => value): string[] | undefined {
  if (!isJson(text)) return undefined;
  const lines: string[] = [];
  let line = '';
  const open: Container[] = [];
  const endLine = () => {
    lines.push(line);
    line = '  '.repeat(open.length);
  };

  const tokens = text.match(TOKEN) ?? [];
  for (const [index, token] of tokens.entries()) {
    const container = open.at(-1);
    const next = tokens[index + 1];
    switch (token) {
      case '{':
      case '[':
        line += token;
        open.push({ isObject: token === '{', name: container?.name ?? '' });
        if (open.length > DEEPEST) return undefined;
        if (next !== CLOSING[token]) endLine();
        break;
      case '}':
      case ']':
        open.pop();
        if (tokens[index - 1] !== OPENING[token]) endLine();
        line += token;
        break;
      case ',':
        line += token;
        endLine();
        break;
      case ':':
        line += ': ';
        break;
      default:
        if (container?.isObject && next === ':') {
          container.name = unquoted(token);
          line += changed(token, '', change);
        } else line += changed(token, container?.name ?? '', change);
    }
  }

  return [...lines, line];
}

interface Container {
  readonly isObject: boolean;
  /** Of the field whose value is being read; for a list, that of the field it stands in. */
  name: string;
}

/** A string with its quotes, one sign, or a number or word. */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
const NUMBER_START = /^[-\d]/;
const CLOSING: Readonly<Record<string, string>> = { '{': '}', '[': ']' };
const OPENING: Readonly<Record<string, string>> = { '}': '{', ']': '[' };

function changed(token: string, name: string, change: ChangeText): string {
  if (NUMBER_START.test(token)) return change(name, token);
  if (!token.startsWith('"')) return token;
  const value = unquoted(token);
  const other = change(name, value);
  return other === value ? token : JSON.stringify(other);
}

function unquoted(token: string): string {
  return JSON.parse(token) as string;
}

function isJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
