import { typedWord } from '../util/shell-word.js';
import { printable } from './output/terminal.js';

/**
 * What to type for the page after this one: the same command with the next cursor.
 *
 * @param argv what was typed after the name of the command
 */
export function nextPage(id: string, argv: readonly string[], cursor: string): string {
  const kept = argv.filter((word, index) => !/^--cursor(=|$)/.test(word) && argv[index - 1] !== '--cursor');
  const words = ['calreply', ...id.split(':'), ...kept.map(typedWord), '--cursor', cursor];
  return `There is more: ${printable(words.join(' '))}`;
}
