// A worker thread: opens an engine of its own, calls it over and over in every way, and posts what came of it; where it is
// told to, it never ends.

import { parentPort, workerData } from 'node:worker_threads';
import { Engine, LifestageError } from 'lifestage';
import { AS_OF } from './view.mjs';

const engine = new Engine();
let refused = 0;
for (let call = 0; call < workerData.calls; call += 1) {
  try {
    engine.callJson('vers', '{}');
  } catch (error) {
    refused += error instanceof LifestageError ? 1 : 0;
  }
}
const callAll = () => Promise.all(Array.from({ length: workerData.calls }, () => engine.callAsync('version', {})));
const digests = new Set((await callAll()).map(({ digest }) => digest));
const classify = () => engine.classify(workerData.view, { asOf: AS_OF });
const decisions = await classify();
parentPort.postMessage({ refused, digests: [...digests], decisions });
while (workerData.endless) await Promise.all([callAll(), classify()]);
