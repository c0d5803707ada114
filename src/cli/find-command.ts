/** A command by its id, with colons between its words. */
interface Named {
  readonly id: string;
}

/** A command, and what stands behind it on the command line. */
export interface FoundCommand<Command> {
  readonly command: Command;
  readonly args: readonly string[];
}

/** The command that a command line begins with: `webhooks list`, or `webhooks:list`, as oclif itself writes it. */
export function findCommand<Command extends Named>(
  args: readonly string[],
  commands: readonly Command[],
): FoundCommand<Command> | undefined {
  const words = leadingWords(args);
  const known = knownWords(words, commands);
  const command = commands.find(({ id }) => id === words.slice(0, known).join(':'));
  // The first argument may be several words.
  const wordsInFirst = (args[0] ?? '').split(':').length;
  return command && { command, args: args.slice(known - wordsInFirst + 1) };
}

/** The words before the first flag. */
export function leadingWords(args: readonly string[]): readonly string[] {
  const end = args.findIndex((arg) => arg.startsWith('-'));
  const [first, ...rest] = end === -1 ? args : args.slice(0, end);
  return first === undefined ? [] : [...first.split(':'), ...rest];
}

/** The same without `help` in front of others: `help webhooks` is about webhooks. */
export function wordsToExplain(args: readonly string[]): readonly string[] {
  const [first, second] = args;
  return leadingWords(first === 'help' && second !== undefined && !second.startsWith('-') ? args.slice(1) : args);
}

/** How many of `words` begin a command. */
export function knownWords(words: readonly string[], commands: readonly Named[]): number {
  const ids = commands.map(({ id }) => id.split(':'));
  const isStart = (length: number) => ids.some((id) => words.slice(0, length).every((word, i) => word === id[i]));
  let known = 0;
  while (known < words.length && isStart(known + 1)) known += 1;
  return known;
}
