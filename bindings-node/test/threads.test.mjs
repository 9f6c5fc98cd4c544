import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { Engine } from 'lifestage';

const thread = new URL('./thread.mjs', import.meta.url);

test('worker threads open engines of their own and get equal answers', async () => {
  const workers = Array.from({ length: 4 }, () => new Worker(thread, { workerData: { calls: 50 } }));
  const messages = await Promise.all(workers.map((worker) => once(worker, 'message')));
  const expected = { refused: 50, digests: [new Engine().policyDigest] };
  assert.deepEqual(
    messages,
    Array.from({ length: 4 }, () => [expected]),
  );
});

test('a worker thread may end while its calls are under way', async () => {
  const worker = new Worker(thread, { workerData: { calls: 100, endless: true } });
  await once(worker, 'message');
  assert.equal(await worker.terminate(), 1);
  assert.equal((await new Engine().callAsync('version', {})).policy, 'china-telecom');
});
