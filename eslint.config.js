import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

// Packages that one part of the program hides from the rest, so that they can be replaced, and loaded late, in one place.
const hiddenPackages = [
  { names: ['inquirer', '@inquirer', 'cli-table3', 'chalk'], onlyIn: ['cli'] },
  { names: ['@oclif/core'], onlyIn: ['commands', 'cli'] },
  { names: ['fastify', '@fastify'], onlyIn: ['api'], typesIn: ['server'] },
  { names: ['ws'], onlyIn: ['tunnel'] },
  { names: ['kysely', '@photostructure/sqlite', 'pg'], onlyIn: ['store'] },
];

const foldersWithPackages = [...new Set(hiddenPackages.flatMap(({ onlyIn, typesIn = [] }) => [...onlyIn, ...typesIn]))];

/**
 * The packages a folder of src (or, without a folder, the rest of src) must not import, neither with `import … from` nor
 * with `await import(…)`. The first is one rule of ESLint, the second needs another.
 */
function importRules(folder) {
  const closed = hiddenPackages
    .filter(({ onlyIn }) => !onlyIn.includes(folder))
    .map(({ names, onlyIn, typesIn = [] }) => ({
      regex: `^(${names.join('|')})(/|$)`,
      message: `Only ${onlyIn.map((name) => `src/${name}`).join(' and ')} may use this package.`,
      allowTypeImports: typesIn.includes(folder),
    }));

  return {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        paths: ['node:process', 'process'].map((name) => ({
          name,
          message: 'Use the global `process`, so that the rules about its properties see it.',
        })),
        patterns: closed,
      },
    ],
    'no-restricted-syntax': [
      'error',
      ...closed.map(({ regex, message }) => ({
        selector: `ImportExpression[source.value=/${regex.replaceAll('/', '\\u002F')}/]`,
        message,
      })),
    ],
  };
}

const environment = {
  object: 'process',
  property: 'env',
  message: 'Only src/cli/context.ts and src/server/config.ts read the environment; take the value as an argument.',
};
const terminal = ['stdout', 'stderr'].map((property) => ({
  object: 'process',
  property,
  message: 'Only src/commands and src/cli/output write to the terminal; return the data instead.',
}));

export default defineConfig(
  globalIgnores(['dist', 'coverage']),

  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      eqeqeq: 'error',
      'prefer-const': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      // `import { type A } from './a.js'` still loads a.js when it runs; `import type { A }` does not.
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An async function without `await` keeps the promise of its interface: what it throws becomes a rejection.
      '@typescript-eslint/require-await': 'off',
    },
  },

  { files: ['src/**/*.ts'], rules: { 'no-console': 'error', ...importRules() } },
  ...foldersWithPackages.map((folder) => ({ files: [`src/${folder}/**/*.ts`], rules: importRules(folder) })),
  // The way into the command line; what it may use is what a command may.
  { files: ['src/main.ts'], rules: importRules('commands') },

  // A later entry replaces the whole list of an earlier one, so each says everything that is closed to its files.
  { files: ['src/**/*.ts', 'bin/**/*.js'], rules: { 'no-restricted-properties': ['error', environment, ...terminal] } },
  {
    files: ['src/commands/**/*.ts', 'src/cli/output/**/*.ts'],
    rules: { 'no-restricted-properties': ['error', environment] },
  },
  {
    files: ['src/cli/context.ts', 'src/server/config.ts'],
    rules: { 'no-restricted-properties': ['error', ...terminal] },
  },

  // `expect.any(String)` and its like are typed `any` and belong inside the objects tests compare with.
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unsafe-assignment': 'off' } },

  // Plain JavaScript is not part of tsconfig.json, so it is checked without types.
  { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], extends: [tseslint.configs.disableTypeChecked] },
  { files: ['**/*.cjs'], languageOptions: { sourceType: 'commonjs', globals: { module: 'writable' } } },
  {
    files: ['bin/*.js'],
    languageOptions: { sourceType: 'commonjs', globals: { require: 'readonly', __dirname: 'readonly' } },
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
