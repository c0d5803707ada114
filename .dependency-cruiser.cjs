// Who may import whom. `npm run imports` checks it.

/** Everything inside one folder of src. */
const folder = (name) => `^src/${name}/`;
/** One file of src. */
const file = (name) => `^src/${name}\\.ts$`;

const errors = file('errors');
const nouns = [folder('model'), errors, folder('util')];
const everything = '^src/';
/** What both ends of a tunnel know. */
const wire = [file('tunnel/protocol'), file('tunnel/heartbeat')];

/**
 * One row per folder of src (and errors.ts), each with the ways it may import something of ours outside itself:
 * `any`: in every way; `types`: with `import type` only, which leaves no trace when the program runs;
 * `late`: with `await import(…)` (or `import type`) only, so that a command which does not need it never loads it.
 */
const mayImport = {
  commands: {
    from: folder('commands'),
    any: [
      folder('cli'),
      folder('demo'),
      folder('doctor'),
      folder('listen'),
      folder('trigger'),
      file('api/client'),
      file('tunnel/listening'),
      file('tunnel/local/forward'),
      ...nouns,
    ],
    types: [file('api/contract')],
    late: [file('server/start')],
  },
  cli: {
    from: folder('cli'),
    not: '^src/cli/(local|operator|move)-service\\.ts$',
    any: [file('api/client'), file('api/operator-client'), folder('listen'), folder('trigger'), ...nouns],
    types: [file('api/contract'), folder('tunnel'), folder('demo'), folder('doctor'), folder('server')],
    // What `listen` starts, while the service answers.
    late: [file('tunnel/listening'), file('tunnel/local/forward')],
  },
  // The files of cli that can start the service in this process.
  'cli/local-service': {
    from: '^src/cli/(local|operator|move)-service\\.ts$',
    any: [folder('cli'), file('api/client'), ...nouns],
    types: [file('api/contract'), folder('tunnel'), folder('demo'), folder('server')],
    late: [file('server/start'), file('server/log-destination'), file('server/operator-service'), file('server/move')],
  },
  demo: {
    from: folder('demo'),
    any: [file('api/client'), file('tunnel/listening'), file('tunnel/local/forward'), ...nouns],
    types: [everything],
  },
  // Looks and finds; it reads no environment and prints nothing.
  doctor: {
    from: folder('doctor'),
    any: [file('api/client'), file('tunnel/listening'), ...nouns],
    types: [everything],
  },
  // A run of `calreply listen`: what looks on, when it ends, and what it came to. It prints nothing.
  listen: {
    from: folder('listen'),
    any: [file('tunnel/local/local-apps'), file('tunnel/local/own-delivery'), folder('trigger'), ...nouns],
    types: [everything],
  },
  trigger: { from: folder('trigger'), any: nouns, types: [file('api/client'), file('api/contract')] },
  server: {
    from: folder('server'),
    any: [
      file('api/app'),
      file('api/auth'),
      file('api/credentials'),
      file('api/operator-auth'),
      file('tunnel/service/server'),
      folder('delivery'),
      folder('store'),
      ...nouns,
    ],
    types: [file('api/app-options'), file('api/contract')],
  },
  api: {
    from: folder('api'),
    any: [file('store/store'), ...nouns],
    types: [file('delivery/address-guard'), file('delivery/probe')],
  },
  // Both ends of the wire, and a file that composes those of the listener.
  tunnel: {
    from: '^src/tunnel/[^/]+\\.ts$',
    any: [folder('tunnel/client'), folder('tunnel/local'), ...nouns],
  },
  'tunnel/service': {
    from: folder('tunnel/service'),
    any: [...wire, file('store/store'), file('delivery/destination'), ...nouns],
  },
  'tunnel/client': { from: folder('tunnel/client'), any: [...wire, ...nouns], types: [folder('tunnel/local')] },
  // The way on to local apps, which a replay goes without a tunnel.
  'tunnel/local': { from: folder('tunnel/local'), any: nouns, types: [file('tunnel/protocol')] },
  delivery: { from: folder('delivery'), any: [file('store/store'), ...nouns] },
  store: { from: folder('store'), any: nouns },
  model: { from: folder('model'), any: [errors, folder('util')] },
  util: { from: folder('util') },
  errors: { from: errors },
  // What is not needed to answer --version and completion is loaded late.
  main: {
    from: file('main'),
    any: [file('cli/program'), file('cli/output/terminal')],
    late: [file('cli/run-command-line'), file('cli/completion/answer')],
  },
};

/** The rules of one row. What is in two of its lists is allowed in the way of the more generous one. */
function rulesOf([name, { from: path, not, any = [], types = [], late = [] }]) {
  const from = not === undefined ? { path } : { path, pathNot: not };
  const free = [path, ...any];

  const rules = [
    {
      name: `${name}-imports`,
      comment: `${name} must not import this at all: see its row in .dependency-cruiser.cjs.`,
      severity: 'error',
      from,
      to: { path: everything, pathNot: [...free, ...types, ...late] },
    },
  ];
  if (types.length > 0)
    rules.push({
      name: `${name}-imports-types-only`,
      comment: `${name} may import types from here, with \`import type\`, and nothing else.`,
      severity: 'error',
      from,
      to: { path: types, pathNot: [...free, ...late], preCompilationOnly: false },
    });
  if (late.length > 0)
    rules.push({
      name: `${name}-imports-late-only`,
      comment: `${name} may load this with \`await import(…)\` only.`,
      severity: 'error',
      from,
      to: { path: late, pathNot: free, dynamic: false, preCompilationOnly: false },
    });
  return rules;
}

module.exports = {
  forbidden: [
    ...Object.entries(mayImport).flatMap(rulesOf),
    {
      name: 'no-unknown-place',
      comment: 'A file outside the known folders has no row in the table, so nothing would check it.',
      severity: 'error',
      from: { path: everything, pathNot: Object.values(mayImport).map(({ from }) => from) },
      to: {},
    },
    {
      name: 'no-circular',
      comment: 'Two files that need each other are one file, or lack a third. Cycles through types alone are harmless.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-unresolvable',
      comment: 'An import that cannot be found cannot be checked either.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Tells an import that exists only in TypeScript (`import type`) from one that is there when the program runs.
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
