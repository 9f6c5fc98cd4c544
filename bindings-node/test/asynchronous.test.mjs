import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { AbortError, Engine, LifestageError } from 'lifestage';
import native from '../native.js';
import { occupyThreads } from './thread_pool.mjs';

const engine = new Engine();

/** Code and path of the error's first fault. */
function fault(error) {
  assert.ok(error instanceof LifestageError);
  return `${error.faults[0].code} ${error.faults[0].path}`;
}

test('an asynchronous call answers what a synchronous one answers', async () => {
  const operations = ['version', 'list_operations', 'list_codes'];
  const answers = await Promise.all(operations.map((operation) => engine.callAsync(operation, {})));
  assert.deepEqual(
    answers,
    operations.map((operation) => engine.call(operation, {})),
  );
});

test('an asynchronous call rejects as a synchronous one throws', async () => {
  await assert.rejects(engine.callAsync('vers', {}), (error) => fault(error) === 'UNKNOWN_OPERATION operation');
  await assert.rejects(engine.callAsync('version', { fee: Number.NaN }), (error) => fault(error) === 'WRONG_TYPE fee');
  await assert.rejects(engine.callAsync('version', { fee: 1 }), (error) => fault(error) === 'UNKNOWN_KEY fee');
});

test('a call waits for a thread without holding up the event loop', async () => {
  const threadsAreFree = occupyThreads();
  let answered = false;
  const answer = engine.callAsync('version', {}).then(() => {
    answered = true;
  });
  await turn();
  assert.equal(answered, false);
  await Promise.all([threadsAreFree, answer]);
  assert.equal(answered, true);
});

test('a call that waits for a thread is aborted at once', async () => {
  let free = false;
  const threadsAreFree = occupyThreads().then(() => {
    free = true;
  });
  const controller = new AbortController();
  const answer = engine.callAsync('version', {}, { signal: controller.signal });
  controller.abort('the user left');
  await assert.rejects(answer, (error) => {
    assert.ok(error instanceof AbortError);
    assert.deepEqual([error.name, error.code, error.cause], ['AbortError', 'ABORT_ERR', 'the user left']);
    return true;
  });
  assert.equal(free, false);
  await threadsAreFree;
});

test('a call that was cancelled before it began is not run', async () => {
  const cancellation = new native.Cancellation();
  cancellation.cancel();
  const opened = native.openEngine('china-telecom');
  for (const answer of [
    opened.callAsync('vers', '{}', cancellation),
    opened.callBatch('vers', {}, '{}', cancellation),
  ]) {
    assert.equal(JSON.parse((await answer).json).faults[0].code, 'CANCELLED');
  }
});

test('a signal that is aborted already rejects the call', async () => {
  await assert.rejects(engine.callAsync('version', {}, { signal: AbortSignal.abort() }), AbortError);
});

test('a signal that is aborted after the answer changes nothing', async () => {
  const controller = new AbortController();
  const { policy } = await engine.callAsync('version', {}, { signal: controller.signal });
  controller.abort();
  await turn();
  assert.equal(policy, 'china-telecom');
});

test('a call that is under way when its engine is closed still answers', async () => {
  const closing = new Engine();
  const answer = closing.callAsync('version', {});
  closing.close();
  assert.equal((await answer).policy, 'china-telecom');
});
