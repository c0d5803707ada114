/** What of JSON Schema our contract uses. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema | readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** A schema as a TypeScript type. `nameOf` tells the name of a schema that is shown elsewhere. */
export function schemaText(schema: JsonSchema, nameOf: (schema: JsonSchema) => string | undefined): string {
  const name = nameOf(schema);
  if (name !== undefined) return name;
  const inner = (other: JsonSchema) => schemaText(other, nameOf);
  if (schema.anyOf) return schema.anyOf.map(inner).join(' | ');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.patternProperties) {
    const [value] = Object.values(schema.patternProperties);
    return `Record<string, ${value ? inner(value) : 'unknown'}>`;
  }

  switch (schema.type) {
    case 'array':
      return `(${schema.items && !isTuple(schema.items) ? inner(schema.items) : 'unknown'})[]`;
    case 'object':
      return objectText(schema, inner);
    case 'integer':
      return 'number';
    default:
      return typeof schema.type === 'string' ? schema.type : 'unknown';
  }
}

function isTuple(items: JsonSchema | readonly JsonSchema[]): items is readonly JsonSchema[] {
  return Array.isArray(items);
}

function objectText({ properties = {}, required = [] }: JsonSchema, inner: (schema: JsonSchema) => string): string {
  const fields = Object.entries(properties);
  if (fields.length === 0) return 'Record<string, unknown>';
  const lines = fields.map(([name, schema]) => {
    const comment = commentOf(schema);
    const field = `${name}${required.includes(name) ? '' : '?'}: ${inner(schema)};`;
    return comment === '' ? field : `/** ${comment} */\n${field}`;
  });
  return `{\n${lines.join('\n')}\n}`;
}

/** What is said of a field, or of what it is when it is not null. */
function commentOf({ description, anyOf = [] }: JsonSchema): string {
  return [description, ...anyOf.map((one) => one.description)].filter(Boolean).join(' ');
}
