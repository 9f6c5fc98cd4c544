import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Table, tableFromIPC, tableToIPC } from 'apache-arrow';
import { AbortError, Engine, LifestageError } from 'lifestage';
import native from '../native.js';
import { AS_OF, ipcOf, manyRows, recordOf, rows, tableOf } from './view.mjs';

const engine = new Engine('china-telecom', { threads: 2 });
const view = rows(500);
const asked = { asOf: AS_OF };

/** Decisions in Arrow IPC as records. */
const records = (ipc) => tableFromIPC(ipc).toArray().map(recordOf);

/** A decision of the record form without what the columns do not have. */
const withoutEvidence = ({ evidence, stage_since, ...decision }) => decision;

/** A decision in columns without what records do not have. */
const withoutMasks = ({ warnings_mask, insufficient_mask, shadow_mask, ...decision }) => decision;

/** Code and path of the error's first fault. */
const fault = (error) => error instanceof LifestageError && `${error.faults[0].code} ${error.faults[0].path}`;

test('a table in Arrow is decided as its rows are', async () => {
  const expected = (await engine.classify(view, asked)).map(withoutEvidence);
  assert.equal(expected.length, 500);
  assert.deepEqual([...new Set(expected.map(({ stage }) => stage))].sort(), ['A', 'B', 'C', 'D', 'E', null]);
  for (const format of ['stream', 'file']) {
    assert.deepEqual(records(await engine.classify(ipcOf(view, format), asked)).map(withoutMasks), expected, format);
  }
});

test('rows are decided as the operation by name decides them', async () => {
  const { tables } = engine.call('classify', { tables: { view }, params: { as_of: AS_OF } });
  assert.deepEqual(await engine.classify(view, asked), tables.decisions);
  const [decision] = await engine.classify([{ status: 'active', tenure_months: 1 }], { ...asked, evidence: true });
  assert.ok(Array.isArray(decision.evidence));
});

test('batches and threads do not change the result', async () => {
  const batches = [0, 1, 100, 499, 500].map((begin, index, cuts) => tableOf(view).slice(begin, cuts[index + 1]));
  const cut = new Table(batches.flatMap((table) => table.batches));
  const expected = records(await engine.classify(ipcOf(view), asked));
  assert.ok(cut.batches.length >= 4);
  assert.deepEqual(records(await engine.classify(tableToIPC(cut), asked)), expected);
  const many = manyRows(100_000);
  const on = (threads) => new Engine('china-telecom', { threads }).classify(many, asked);
  assert.deepEqual(Buffer.compare(await on(1), await on(2)), 0);
});

test('an empty table is an empty result, with its schema', async () => {
  const empty = tableFromIPC(await engine.classify(ipcOf(view.slice(0, 1)), asked)).schema;
  const decided = tableFromIPC(await engine.classify(tableToIPC(tableOf(view).slice(0, 0)), asked));
  assert.equal(decided.numRows, 0);
  assert.deepEqual(decided.schema.names, empty.names);
});

test('the caller chooses columns, and the schema says by what was decided', async () => {
  const decided = tableFromIPC(await engine.classify(ipcOf(view), { ...asked, columns: ['stage', 'user_id'] }));
  assert.deepEqual(decided.schema.names, ['user_id', 'stage']);
  assert.equal(decided.schema.metadata.get('lifestage.digest'), engine.policyDigest);
  assert.equal(decided.schema.metadata.get('lifestage.as_of'), AS_OF);
});

test('a row that breaks the contract has its error, and refuses the table under strict', async () => {
  const broken = [...view.slice(0, 3), { ...view[3], tenure_months: -1 }];
  for (const given of [broken, ipcOf(broken)]) {
    const decided = await engine.classify(given, asked);
    const row = (decided instanceof Uint8Array ? records(decided) : decided)[3];
    assert.deepEqual([row.stage, row.error.path, row.error.found], [null, 'tenure_months', '-1']);
    await assert.rejects(engine.classify(given, { ...asked, strict: true }), (error) =>
      fault(error).endsWith('view[3].tenure_months'),
    );
  }
});

test('every fault of columns and parameters is told at once', async () => {
  const series = tableOf(view).getChild('customer_fee');
  const wrong = new Table({ tenure_months: series, complaints_3m: series });
  await assert.rejects(engine.classify(tableToIPC(wrong), asked), (error) => {
    assert.deepEqual(
      error.faults.map(({ code, path }) => `${code} ${path}`),
      ['COLUMN_TYPE view.complaints_3m', 'COLUMN_TYPE view.tenure_months'],
    );
    return true;
  });
  await assert.rejects(engine.classify(ipcOf(view), { asof: AS_OF, moneyUnit: 'jiao' }), (error) => {
    assert.deepEqual(error.faults.map(({ code, path }) => `${code} ${path}`).sort(), [
      'INVALID_VALUE money_unit',
      'MISSING_KEY as_of',
      'UNKNOWN_KEY asof',
    ]);
    return true;
  });
});

test('what is no table is refused by name', async () => {
  const refusal = (given) =>
    engine.classify(given, asked).then(
      () => 'none',
      (error) => fault(error),
    );
  assert.equal(await refusal(Buffer.from('user_id,tenure_months\nu1,7\n')), 'INPUT_FAILED view');
  assert.equal(await refusal(new Uint8Array()), 'INPUT_FAILED view');
  assert.equal(await refusal(ipcOf(view).subarray(0, 4000)), 'INPUT_FAILED view');
  assert.equal(await refusal(ipcOf(view, 'file').subarray(0, 4000)), 'INPUT_FAILED view');
  assert.equal(await refusal(new Float64Array(2)), 'WRONG_TYPE tables.view');
  assert.equal(await refusal(undefined), 'MISSING_KEY tables.view');
  assert.equal(await refusal(7), 'WRONG_TYPE tables.view');
});

test('a batch is called by name', async () => {
  const { decisions } = await engine.callBatch('classify', { view: ipcOf(view) }, { as_of: AS_OF });
  assert.deepEqual(decisions, await engine.classify(ipcOf(view), asked));
  const refusal = (...call) => engine.callBatch(...call).then(() => 'none', fault);
  const params = { as_of: AS_OF };
  assert.equal(await refusal('clasify', { view: ipcOf(view) }, params), 'UNKNOWN_OPERATION operation');
  assert.equal(await refusal('version', {}, {}), 'UNKNOWN_OPERATION operation');
  assert.equal(await refusal('classify', {}, params), 'MISSING_KEY tables.view');
  assert.equal(await refusal('classify', { view: undefined }, params), 'MISSING_KEY tables.view');
  assert.equal(await refusal('classify', { vew: ipcOf(view), view: ipcOf(view) }, params), 'UNKNOWN_KEY tables.vew');
  assert.equal(await refusal('classify', { view }, params), 'WRONG_TYPE view');
  assert.equal(await refusal('classify', { view: ipcOf(view) }, { as_of: Number.NaN }), 'WRONG_TYPE as_of');
});

test('the caller may change his table while the call is under way', async () => {
  const bytes = ipcOf(view);
  const expected = await engine.classify(ipcOf(view), asked);
  const answer = engine.classify(bytes, asked);
  bytes.fill(255);
  assert.deepEqual(await answer, expected);
});

test('a table that is transferred is empty afterwards, and what cannot be is copied', async () => {
  const expected = await engine.classify(ipcOf(view), asked);
  const transferred = { ...asked, transfer: true };
  const bytes = ipcOf(view);
  const answer = engine.classify(bytes, transferred);
  assert.equal(bytes.length, 0);
  assert.deepEqual(await answer, expected);
  const shared = new Uint8Array(new SharedArrayBuffer(expected.length + ipcOf(view).length));
  shared.set(ipcOf(view));
  assert.deepEqual(await engine.classify(shared.subarray(0, ipcOf(view).length), transferred), expected);
  const few = ipcOf(view.slice(0, 1));
  const pooled = Buffer.allocUnsafe(few.length);
  pooled.set(few);
  assert.deepEqual(await engine.classify(pooled, transferred), await engine.classify(few, asked));
  assert.equal(pooled.length, few.length);
});

test('a table that begins at an odd address is read', async () => {
  const bytes = ipcOf(view);
  const askew = new Uint8Array(bytes.length + 3);
  askew.set(bytes, 3);
  const expected = await engine.classify(bytes, asked);
  assert.deepEqual(await engine.classify(askew.subarray(3), { ...asked, transfer: true }), expected);
});

test('the event loop turns while a batch is decided', async () => {
  let isOver = false;
  const answer = engine.classify(manyRows(200_000), asked).finally(() => {
    isOver = true;
  });
  let turns = 0;
  while (!isOver) {
    await turn();
    turns += 1;
  }
  assert.ok(turns > 10, `${turns}`);
  assert.equal(tableFromIPC(await answer).numRows, 200_000);
});

test('a batch that is aborted rejects at once, and stops', async () => {
  const controller = new AbortController();
  const answer = engine.classify(manyRows(200_000), { ...asked, signal: controller.signal });
  await turn();
  controller.abort('the user left');
  await assert.rejects(answer, (error) => error instanceof AbortError && error.cause === 'the user left');
});

test('a cancelled batch ends after the rows in hand', async () => {
  const bytes = manyRows(300_000);
  const call = (cancellation) => {
    const view = new Uint8Array(bytes);
    return native.openEngine('china-telecom', 1).callBatch('classify', { view }, `{"as_of":"${AS_OF}"}`, cancellation);
  };
  const began = performance.now();
  const { decisions } = await call(new native.Cancellation());
  assert.equal(tableFromIPC(decisions).numRows, 300_000);
  const cancellation = new native.Cancellation();
  const failure = call(cancellation);
  setTimeout(() => cancellation.cancel(), (performance.now() - began) / 20);
  assert.equal(JSON.parse((await failure).json).faults[0].code, 'CANCELLED');
});

test('a signal that is aborted already takes no table', async () => {
  const bytes = ipcOf(view);
  const options = { ...asked, transfer: true, signal: AbortSignal.abort() };
  await assert.rejects(engine.classify(bytes, options), AbortError);
  assert.notEqual(bytes.length, 0);
});

test('a batch that is under way when its engine is closed still answers, and a later one is refused', async () => {
  const closing = new Engine();
  const answer = closing.classify(manyRows(50_000), asked);
  closing.close();
  assert.equal(tableFromIPC(await answer).numRows, 50_000);
  await assert.rejects(closing.classify(ipcOf(view), asked), (error) => fault(error) === 'CLOSED engine');
});

test('the host sets the number of threads', () => {
  assert.equal(new Engine('china-telecom', { threads: 3 }).threads, 3);
  assert.ok(new Engine().threads >= 1);
  for (const threads of [0, -1, 1.5, Number.NaN, '2', null, 1e9]) {
    assert.throws(
      () => new Engine('china-telecom', { threads }),
      (error) => fault(error) === 'WRONG_TYPE threads',
    );
  }
});
