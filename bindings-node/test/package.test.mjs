// The package as a program meets it: modules of both kinds, what is published.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as imported from 'lifestage';

const root = fileURLToPath(new URL('..', import.meta.url));
const required = createRequire(import.meta.url)('lifestage');

test('both kinds of modules share one library', () => {
  const names = ['AbortError', 'Engine', 'Handle', 'LifestageError', 'checkPolicy', 'version'];
  assert.deepEqual(Object.keys(required).sort(), names);
  const { __esModule, ...exported } = imported;
  assert.deepEqual(exported, { ...required });
});

test('the version is the package’s', () => {
  assert.equal(imported.version, createRequire(import.meta.url)('lifestage/package.json').version);
});

test('what is published can be loaded and is typed', () => {
  const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
  const files = [JSON.parse(listed)].flat()[0].files.map(({ path }) => path);
  const needed = [
    'dist/index.cjs',
    'dist/index.mjs',
    'dist/index.d.cts',
    'dist/index.d.mts',
    'native.js',
    'native.d.ts',
  ];
  for (const file of needed) assert.ok(files.includes(file), `${file} is not in ${files}`);
  assert.ok(files.some((file) => file.endsWith('.node')));
  assert.ok(
    files.every((file) => !/^(lib|src|test|scripts)\//.test(file)),
    `${files}`,
  );
});
