/** A key that was pressed: one with a name, or the text that was typed or pasted. */
export type Key = { readonly name: KeyName } | { readonly text: string; readonly isPasted: boolean };

export type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'home'
  | 'end'
  | 'enter'
  | 'escape'
  | 'backspace'
  | 'delete-line'
  | 'redraw'
  | 'interrupt'
  | 'suspend'
  | 'end-of-input';

export interface KeyReader {
  /** The keys in what came from the terminal. The beginning of a sequence is kept until the rest of it comes. */
  read(input: string): readonly Key[];
  /** Whether something is kept, which `flush` would give. */
  readonly isWaiting: boolean;
  /** What is kept will have no rest: a lone escape is the key of that name. */
  flush(): readonly Key[];
}

/** How long the rest of a sequence may take, in milliseconds. A person presses no other key within it. */
export const SEQUENCE_WAIT = 50;

/** Makes keys of what a terminal sends, also when a sequence comes in parts. What is not known is skipped, as a whole. */
export function keyReader(): KeyReader {
  let kept = '';

  return {
    read(input) {
      kept += input;
      const keys: Key[] = [];
      for (;;) {
        const { key, length } = firstKey(kept);
        if (length === 0) break;
        if (key) keys.push(key);
        kept = kept.slice(length);
      }

      return keys;
    },
    get isWaiting() {
      return kept !== '';
    },
    flush() {
      // A paste has an end, however long it takes.
      if (kept === '' || kept.startsWith(PASTE_START)) return [];
      const isEscape = kept === ESCAPE;
      kept = '';
      return isEscape ? [{ name: 'escape' }] : [];
    },
  };
}

const ESCAPE = '\u001b';
const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';
/** A paste that is longer is cut; nobody filters by more. */
const MOST_PASTED = 1_000;
/** So much of a paste is waited for, in characters; one that has no end by then has lost it. */
const LONGEST_PASTE = 262_144;
const INTERRUPT = '\u0003';

/** The key that `input` begins with, and how much of it that is; nothing yet when the length is 0. */
function firstKey(input: string): { readonly key?: Key | undefined; readonly length: number } {
  if (input === '') return { length: 0 };
  if (input.startsWith(PASTE_START)) return firstPaste(input);
  if (input.startsWith(ESCAPE)) return firstSequence(input);
  const name = CONTROLS[input[0] ?? ''];
  if (name) return { key: { name }, length: 1 };
  const [text = ''] = TYPED.exec(input) ?? [];
  // Any other control character means nothing here.
  return text === '' ? { length: 1 } : { key: { text, isPasted: false }, length: text.length };
}

function firstPaste(input: string): ReturnType<typeof firstKey> {
  const end = input.indexOf(PASTE_END);
  if (end === -1) return unendedPaste(input);
  const text = input.slice(PASTE_START.length, end).slice(0, MOST_PASTED);
  return { key: { text, isPasted: true }, length: end + PASTE_END.length };
}

/** A paste whose end is not there yet. When it got lost, ^C still has to end the program, and every key after that works. */
function unendedPaste(input: string): ReturnType<typeof firstKey> {
  const interrupt = input.indexOf(INTERRUPT);
  if (interrupt !== -1) return { key: { name: 'interrupt' }, length: interrupt + INTERRUPT.length };
  if (input.length <= LONGEST_PASTE) return { length: 0 };
  const text = input.slice(PASTE_START.length, PASTE_START.length + MOST_PASTED);
  return { key: { text, isPasted: true }, length: input.length };
}

function firstSequence(input: string): ReturnType<typeof firstKey> {
  const rest = input.slice(ESCAPE.length);
  const [sequence] = SEQUENCE.exec(rest) ?? [];
  if (sequence !== undefined) {
    const name = SEQUENCES[sequence.replace(/^O/, '[')];
    return { key: name && { name }, length: ESCAPE.length + sequence.length };
  }

  if (UNFINISHED.test(rest)) return { length: 0 };
  // Escape, and then another key: with Alt held down many terminals send the same, which means nothing here.
  return { key: { name: 'escape' }, length: 1 };
}

/** One character that was typed, with what belongs to it. */
const TYPED = /^[^\p{Cc}\p{M}]\p{M}*/u;
/** What follows an escape (ECMA-48, section 5.4): a control sequence with its parameters; or what some keys send instead. */
const SEQUENCE = /^(?:\[[0-?]*[ -/]*[@-~]|O[ -~])/;
const UNFINISHED = /^(?:\[[0-?]*[ -/]*|O)?$/;

const CONTROLS: Readonly<Record<string, KeyName>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\u007f': 'backspace',
  '\b': 'backspace',
  [INTERRUPT]: 'interrupt',
  '\u0004': 'end-of-input',
  '\u000c': 'redraw',
  '\u0015': 'delete-line',
  '\u001a': 'suspend',
};

const SEQUENCES: Readonly<Record<string, KeyName>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  '[1~': 'home',
  '[4~': 'end',
  '[5~': 'page-up',
  '[6~': 'page-down',
  '[7~': 'home',
  '[8~': 'end',
};
