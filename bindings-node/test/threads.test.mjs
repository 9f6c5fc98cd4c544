import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Engine } from 'lifestage';
import { AS_OF, ipcOf, manyRows, rows } from './view.mjs';

const thread = new URL('./thread.mjs', import.meta.url);

test('worker threads open engines of their own and get equal answers', async () => {
  const view = ipcOf(rows(200));
  const workers = Array.from({ length: 4 }, () => new Worker(thread, { workerData: { calls: 50, view } }));
  const messages = await Promise.all(workers.map((worker) => once(worker, 'message')));
  const engine = new Engine();
  const decisions = await engine.classify(view, { asOf: AS_OF });
  const expected = { refused: 50, digests: [engine.policyDigest], decisions };
  assert.deepEqual(
    messages,
    Array.from({ length: 4 }, () => [expected]),
  );
});

test('a worker thread may end while its calls are under way', async () => {
  const worker = new Worker(thread, { workerData: { calls: 100, endless: true, view: manyRows(50_000) } });
  await once(worker, 'message');
  assert.equal(await worker.terminate(), 1);
  assert.equal((await new Engine().callAsync('version', {})).policy, 'china-telecom');
});
