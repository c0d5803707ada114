import { stripVTControlCharacters } from 'node:util';

/** The characters of a text as people count them: `é` is one, however it is written. */
export function charactersOf(text: string): readonly string[] {
  return PLAIN.test(text) ? text.split('') : Array.from(segments(text), ({ segment }) => segment);
}

/** How many columns of a terminal a text takes: East Asian characters and emoji take two. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  return charactersOf(text).reduce((sum, character) => sum + (WIDE.test(character) ? 2 : 1), 0);
}

/** The same for a text with colours. */
export function shownWidth(text: string): number {
  return widthOf(stripVTControlCharacters(text));
}

/** Whether every character of a text takes one column, and none belongs to the one before or acts on the terminal. */
export function isPlain(text: string): boolean {
  return PLAIN.test(text);
}

/** ASCII, the letters of Western languages, and the signs that our own lines are made with. Looking closer takes its time. */
const PLAIN = /^[ -~\u00a1-\u00ac\u00ae-\u02ff–—‘’“”†•…←↑→↓↺─│▏░▒▓█▁▂▃▄▅▆▇●◌✓✗❯]*$/;
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303e\u30fb\u30fc\uff01-\uff60\uffe0-\uffe6]|\ufe0f/u;
let segmenter: Intl.Segmenter | undefined;

/** Made when it is needed: that takes longer than most commands. */
function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}
