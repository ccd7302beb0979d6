import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Rooms of architecture.md that a folder must not reach into. */
const forbid = (...folders) => ({
  'no-restricted-imports': [
    'error',
    {
      patterns: folders.map((folder) => ({
        group: [`**/${folder}/**`],
        message: `This folder must not use ${folder}/ (see ARCHITECTURE.md).`,
      })),
    },
  ],
});

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', 'coverage/', 'src/**/generated/'] },
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ['./tsconfig.page.json', './tsconfig.worker.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // The style is `type` with readonly fields throughout.
      '@typescript-eslint/consistent-type-definitions': ['error', 'type'],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'no-console': 'error',
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['src/app/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...forbid('net', 'cache', 'sw'),
      // A component is mostly markup; its logic lives in functions of its own.
      'max-lines-per-function': ['error', { max: 110, skipBlankLines: true, skipComments: true }],
    },
  },
  { files: ['src/player/**/*.ts'], rules: forbid('app', 'net', 'cache', 'sw') },
  { files: ['src/{engine,net,cache}/**/*.ts'], rules: forbid('app', 'player') },
  { files: ['src/sw/**/*.ts'], rules: forbid('app', 'player', 'chunks', 'engine', 'net', 'store') },
  { files: ['src/chunks/**/*.ts'], rules: forbid('app', 'player', 'sw') },
  { files: ['src/shared/**/*.ts'], rules: forbid('app', 'player', 'engine', 'net', 'cache', 'sw') },
);
