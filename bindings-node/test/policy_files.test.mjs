import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Engine } from 'lifestage';

const directory = mkdtempSync(join(tmpdir(), 'lifestage-'));
after(() => rmSync(directory, { recursive: true }));

/** Writes a file of the directory; gives its path. */
function written(name, content) {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

/** Checks kind and first fault of the error with which a file is refused. */
function assertRefused(path, kind, fault) {
  assert.throws(
    () => Engine.open(path),
    (error) => {
      const { code, path, file, line, column } = error.faults[0];
      assert.deepEqual({ kind: error.kind, code, path, file, line, column }, { kind, ...fault });
      return true;
    },
  );
}

test('a policy file may extend a file beside it', () => {
  written('广西.toml', 'extends = "china-telecom"\nname = "guangxi"\nversion = "7"\n');
  const path = written('nanning.json', '{"extends": "广西.toml", "name": "nanning"}');
  assert.equal(Engine.open(path).call('version', {}).policy_version, '7');
  assert.equal(Engine.open(pathToFileURL(path)).policyName, 'nanning');
});

test('a file that begins with a byte order mark is read', () => {
  const path = written('marked.toml', '\ufeffextends = "china-telecom"\nname = "marked"\n');
  assert.equal(Engine.open(path).policyName, 'marked');
});

test('faults name the file, line and column', () => {
  const path = written('faulty.toml', 'extends = "china-telecom"\nname = 7\n');
  const place = { file: path, line: 2, column: 8 };
  assertRefused(path, 'POLICY', { code: 'WRONG_TYPE', path: 'name', ...place });
});

test('a file that is missing is named', () => {
  const nowhere = { file: undefined, line: undefined, column: undefined };
  const path = join(directory, 'missing.toml');
  assertRefused(path, 'REQUEST', { code: 'UNREADABLE_FILE', path, ...nowhere });
  assert.throws(() => Engine.open(path), { message: /missing\.toml.*No such file/ });
  assertRefused(directory, 'REQUEST', { code: 'UNREADABLE_FILE', path: directory, ...nowhere });
});

test('a file in GB18030 is refused at its first byte that is not UTF-8', () => {
  const gb18030 = Buffer.from([...Buffer.from('extends = "china-telecom"\nname = "'), 0xb9, 0xe3, 0xce, 0xf7, 0x22]);
  const path = written('gb18030.toml', gb18030);
  assertRefused(path, 'POLICY', { code: 'INVALID_UTF8', path: '', file: path, line: 2, column: 9 });
  const over = written('over.toml', 'extends = "gb18030.toml"\n');
  assertRefused(over, 'POLICY', { code: 'INVALID_UTF8', path: '', file: path, line: 2, column: 9 });
});

test('a policy does not reach out of its directory', () => {
  mkdirSync(join(directory, 'inside'));
  written('outside.toml', 'extends = "china-telecom"\n');
  const path = written('inside/reaching.toml', 'extends = "../outside.toml"\n');
  assertRefused(path, 'POLICY', { code: 'UNKNOWN_POLICY', path: 'extends', file: path, line: 1, column: 11 });
});
