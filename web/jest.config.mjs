/**
 * Groups of tests: `unit` (Node, no DOM), `dom` (the React app in jsdom), `e2e` (real browsers, two
 * files at a time) and `e2e-device` (browsers whose sound is recorded from the sound device: beside
 * another one they would come too late for it). Tests live outside web/, so module names are looked
 * up in web/node_modules.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const transform = {
  '^.+\\.tsx?$': [
    require.resolve('@swc/jest'),
    {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', tsx: true },
        transform: { react: { runtime: 'automatic' } },
      },
      module: { type: 'es6' },
    },
  ],
};

const RECORDS_THE_DEVICE = '**/tests/e2e/three-browsers.test.ts';

const project = (displayName, testEnvironment, testMatch) => ({
  displayName,
  testEnvironment: require.resolve(testEnvironment),
  testMatch,
  rootDir: '..',
  roots: ['<rootDir>/tests', '<rootDir>/web/src'],
  modulePaths: ['<rootDir>/web/node_modules'],
  moduleNameMapper: { '^auralis-engine$': '<rootDir>/build/wasm/bin/engine.mjs' },
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform,
});

export default {
  // Against hanging only: a loaded machine is slow.
  testTimeout: 30_000,
  projects: [
    project('unit', 'jest-environment-node', [
      '<rootDir>/tests/web/{chunks,engine,lists,net,originals,player,shared,store,sw}/**/*.test.ts',
      // What of the app knows no DOM, and needs what jsdom has not.
      '<rootDir>/tests/web/app/**/*.node.test.ts',
    ]),
    project('dom', 'jest-environment-jsdom', [
      '<rootDir>/tests/web/app/**/*.test.{ts,tsx}',
      '!**/*.node.test.ts',
    ]),
    project('e2e', 'jest-environment-node', [
      '<rootDir>/tests/e2e/**/*.test.{ts,mjs}',
      `!${RECORDS_THE_DEVICE}`,
    ]),
    project('e2e-device', 'jest-environment-node', [RECORDS_THE_DEVICE]),
  ],
};
