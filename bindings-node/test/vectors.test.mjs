// Replays the shared vectors and compares bytes; the ids of the cases that passed go to ran-node.txt beside them.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Engine, LifestageError } from 'lifestage';

const directory = process.env.LIFESTAGE_VECTORS ?? fileURLToPath(new URL('../../target/vectors', import.meta.url));
const [header, ...lines] = readFileSync(join(directory, 'cases.tsv'), 'utf8').replace(/\n$/, '').split('\n');
const engines = new Map();
const ran = [];

function engineOf(policy) {
  if (!engines.has(policy)) engines.set(policy, new Engine(policy));
  return engines.get(policy);
}

/** The handle that the last `open` or `restore` gave: that of the steps that follow. */
let handle;

/** What the engine, or the handle, answers to an operation or a verb. */
function called(engine, operation, request) {
  const [verb, name] = operation.split(' ');
  switch (verb) {
    case 'open':
      handle = engine.openHandleJson(name, request);
      return '';
    case 'restore':
      handle = engine.restoreHandle(request);
      return '';
    case 'update':
      return handle.updateJson(request);
    case 'query':
      return handle.queryJson(request);
    case 'serialise':
      return handle.serialise();
    case 'close':
      handle.close();
      return '';
    default:
      return engine.callJson(operation, request);
  }
}

/** What is answered: the outcome, and the text that is compared. */
function answer(policy, operation, request) {
  try {
    return ['ok', called(engineOf(policy), operation, request)];
  } catch (error) {
    if (error instanceof LifestageError) return ['error', JSON.stringify(error)];
    throw error;
  }
}

for (const line of lines) {
  const [id, policy, operation, outcome, request, expected] = line.split('\t');
  test(id, () => {
    assert.deepEqual(answer(policy, operation, request), [outcome, expected]);
    ran.push(id);
  });
}

test('every vector that is listed is run', () => {
  assert.equal(header, `cases\t${lines.length}`);
  assert.ok(lines.length > 0);
  assert.equal(new Set(ran).size, lines.length);
});

after(() => writeFileSync(join(directory, 'ran-node.txt'), ran.map((id) => `${id}\n`).join('')));
