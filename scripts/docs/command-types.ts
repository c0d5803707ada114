import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import ts from 'typescript';

/** What one command prints with --json. */
export interface CommandTypes {
  /** `webhooks list` */
  readonly id: string;
  /** The names of the types it prints. */
  readonly types: readonly string[];
  /** It prints one object a line, for as long as it runs. */
  readonly isLines: boolean;
}

/**
 * Reads it from the sources of the commands: it is what `run` promises; or, where `printsJsonLines` is set, each type
 * called `…Json` that the command imports, declares or exports.
 *
 * @throws {Error} for a command of which neither can be told
 */
export function commandTypes(root: string): CommandTypes[] {
  const folder = join(root, 'src', 'commands');
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
    .map((file) => {
      const source = ts.createSourceFile(file, readFileSync(join(folder, file), 'utf8'), ts.ScriptTarget.Latest, true);
      const id = file.replace(/\.ts$/, '').replaceAll(sep, ' ');
      const isLines = /\bprintsJsonLines = true\b/.test(source.text);
      const types = isLines ? jsonTypes(source) : promised(source);
      if (types.length > 0) return { id, types, isLines };
      throw new Error(
        isLines
          ? `${file} prints lines of JSON, and imports, declares or exports no type called …Json for them.`
          : `${file}: run() must say which type it promises, by name.`,
      );
    });
}

/** `run(): Promise<WebhookList>` → WebhookList; both sides of `A | B`, where flags decide between them. */
function promised(source: ts.SourceFile): string[] {
  const [run] = source.statements
    .filter(ts.isClassDeclaration)
    .flatMap(({ members }) => members.filter(ts.isMethodDeclaration))
    .filter(({ name }) => name.getText() === 'run');
  const [, names = ''] = /^Promise<(\w+(?: \| \w+)*)>$/.exec(run?.type?.getText() ?? '') ?? [];
  return names.split(' | ').filter((name) => name !== '' && name !== 'void');
}

function jsonTypes(source: ts.SourceFile): string[] {
  const names = source.statements.flatMap((statement) => {
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [statement.name.text];
    const bindings = ts.isImportDeclaration(statement)
      ? statement.importClause?.namedBindings
      : ts.isExportDeclaration(statement)
        ? statement.exportClause
        : undefined;
    const isNamed = bindings && (ts.isNamedImports(bindings) || ts.isNamedExports(bindings));
    return isNamed ? bindings.elements.map(({ name }) => name.text) : [];
  });
  return names.filter((name) => /^[A-Z]\w*Json$/.test(name));
}
