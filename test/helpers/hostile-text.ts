const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));

/** Every character that could move the cursor, recolour, reorder or hide text in a terminal; tab and newline apart. */
export const UNSAFE_CHARACTERS: readonly string[] = [
  // C0 without tab, newline and carriage return; DEL; C1.
  ...range(0x00, 0x08),
  ...range(0x0b, 0x0c),
  ...range(0x0e, 0x1f),
  ...range(0x7f, 0x9f),
  // Bidirectional.
  '\u061c',
  ...range(0x200e, 0x200f),
  ...range(0x202a, 0x202e),
  ...range(0x2066, 0x2069),
  // Zero-width, the soft hyphen, and separators.
  '\u00ad',
  '\u180e',
  ...range(0x200b, 0x200d),
  ...range(0x2060, 0x2064),
  '\ufeff',
  ...range(0xfff9, 0xfffb),
  ...range(0x2028, 0x2029),
  // Tags: text that nobody sees.
  ...range(0xe0020, 0xe007f),
  '\u{e0001}',
];

/** What somebody might put into a subscription to harm whoever looks at it. */
export const HOSTILE_TEXTS: readonly string[] = [
  '\x1b[2J\x1b[H$ rm -rf /',
  '\x1b[31mred\x1b[0m',
  '\x1b]8;;https://evil.example.com\x07click\x1b]8;;\x07',
  '\x1b]8;;https://evil.example.com\x1b\\click\x1b]8;;\x1b\\',
  '\x1b]52;c;cm0gLXJmIC8=\x07',
  '\x1b]0;title\x07',
  '\x1bPq#0;2;0;0;0\x1b\\',
  '\x1b[6n\x1b[c\x05',
  '\u009b31mC1\u009c',
  '\u009d52;c;AAAA\u009c',
  'safe\rover',
  'back\b\b\b\b',
  'bell\x07\x00nul\x7fdel',
  'abc\u202egnp.exe',
  '\u2066isolate\u2069',
  'zero\u200bwidth\u200d\ufeff',
  `hidden${[...'tag'].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')}`,
  'two\u2028lines\u2029more',
];

/** A colour of our own, such as chalk writes it. */
export const COLOR = new RegExp(String.raw`\x1b\[\d+m`, 'g');
