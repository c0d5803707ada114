import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import * as contract from '../../src/api/contract.js';
import { schemaText, type JsonSchema } from './schema-text.js';

/** A type, as it is shown. */
export interface Declaration {
  /** What its comment says; empty without one. */
  readonly comment: string;
  readonly code: string;
  /** The names of types in its code. */
  readonly uses: readonly string[];
}

/** Every type that commands can print: those of the HTTP contract, from their schemas, and the exported ones of src. */
export function declarationsIn(root: string): ReadonlyMap<string, Declaration> {
  const found = new Map<string, Declaration>();
  for (const folder of ['cli/output', 'commands', 'demo', 'doctor', 'listen', 'model', 'tunnel', 'cli']) {
    for (const file of readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.ts')) declarationsOf(join(root, 'src', folder, file)).forEach((one) => add(found, ...one));
    }
  }

  for (const [name, declaration] of found) found.set(name, withMembers(declaration, found));
  // Last: where both know a name, the schema says more.
  const schemas = Object.entries(contract as Record<string, unknown>).filter((entry): entry is [string, JsonSchema] =>
    isSchema(entry[1]),
  );
  for (const [name, schema] of schemas) found.set(name, ofSchema(name, schema, schemas));
  return found;
}

function add(found: Map<string, Declaration>, name: string, declaration: Declaration): void {
  if (!found.has(name)) found.set(name, declaration);
}

function declarationsOf(path: string): [string, Declaration][] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  return source.statements
    .filter((node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node))
    .filter((node) => node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword))
    .map((node) => {
      const code = withLists(node.getText(), source)
        .replace(/^export /, '')
        .replace(/\breadonly /g, '');
      return [node.name.text, { comment: commentOf(node), code, uses: namesIn(code) }];
    });
}

/** `Context['profileFrom']` is shown as what it is: the rest of that type is printed nowhere. */
function withMembers({ comment, code }: Declaration, all: ReadonlyMap<string, Declaration>): Declaration {
  const plain = code.replace(/\b([A-Z]\w+)\['(\w+)'\](?!\[)/g, (whole, type: string, member: string) => {
    const [, text] = new RegExp(`^  ${member}\\??: ([^\\n]+);$`, 'm').exec(all.get(type)?.code ?? '') ?? [];
    return text ?? whole;
  });
  return { comment, code: plain, uses: namesIn(plain) };
}

/** `(typeof NAMES)[number]` tells a reader nothing; the names of the list do. */
function withLists(code: string, source: ts.SourceFile): string {
  return code.replace(/\(typeof (\w+)\)\[number\]/g, (all, name: string) => {
    const [, list] = new RegExp(`\\b${name} = \\[([^\\]]*)\\] as const`).exec(source.text) ?? [];
    const items = list
      ?.split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '');
    return items?.join(' | ') ?? all;
  });
}

function commentOf(node: ts.Node): string {
  return ts
    .getJSDocCommentsAndTags(node)
    .filter(ts.isJSDoc)
    .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '')
    .join('\n');
}

/** Without what is in comments and quotes, and without the type's own parameter. */
function namesIn(code: string): readonly string[] {
  const [, parameter] = /^type \w+<(\w+)/.exec(code) ?? [];
  const names = code.replace(/\/\*.*?\*\/|'[^'\n]*'|"[^"\n]*"/gs, '').match(/\b[A-Z]\w+/g) ?? [];
  return names.filter((name) => name !== parameter);
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && ('type' in value || 'anyOf' in value || 'enum' in value);
}

function ofSchema(name: string, schema: JsonSchema, schemas: readonly (readonly [string, JsonSchema])[]): Declaration {
  // A schema inside another is shown by its name when it has a title, as in the OpenAPI document.
  const nameOf = (inner: JsonSchema) =>
    inner.title === undefined ? undefined : schemas.find(([, other]) => other.title === inner.title)?.[0];
  const code = `type ${name} = ${schemaText(schema, (inner) => (inner === schema ? undefined : nameOf(inner)))};`;
  return { comment: schema.description ?? '', code, uses: namesIn(code) };
}
