import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Table, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow';
import { AbortError, Engine, LifestageError } from 'lifestage';
import native from '../native.js';
import { occupyThreads } from './thread_pool.mjs';
import { AS_OF, ipcOf, manyRows, recordOf, rows, tableOf } from './view.mjs';

const engine = new Engine('china-telecom', { threads: 2 });
const view = rows(500);
const asked = { asOf: AS_OF };

/** The decisions of a call. */
const decide = async (given, options, by = engine) => (await by.classify(given, options)).decisions;

/** Decisions in Arrow IPC as records. */
const records = (ipc) => tableFromIPC(ipc).toArray().map(recordOf);

/** A decision of the record form without what the columns do not have. */
const withoutEvidence = ({ evidence, stage_since, ...decision }) => decision;

/** A decision in columns without what records do not have. */
const withoutMasks = ({ warnings_mask, insufficient_mask, shadow_mask, ...decision }) => decision;

/** Code and path of the error's first fault. */
const fault = (error) => error instanceof LifestageError && `${error.faults[0].code} ${error.faults[0].path}`;

test('a table in Arrow is decided as its rows are', async () => {
  const expected = (await decide(view, asked)).map(withoutEvidence);
  assert.equal(expected.length, 500);
  assert.deepEqual([...new Set(expected.map(({ stage }) => stage))].sort(), ['A', 'B', 'C', 'D', 'E', null]);
  for (const format of ['stream', 'file']) {
    assert.deepEqual(records(await decide(ipcOf(view, format), asked)).map(withoutMasks), expected, format);
  }
});

test('rows are decided as the operation by name decides them', async () => {
  const { tables, report } = engine.call('classify', { tables: { view }, params: { as_of: AS_OF } });
  assert.deepEqual(await engine.classify(view, asked), { ...tables, report });
  const [decision] = await decide([{ status: 'active', tenure_months: 1 }], { ...asked, evidence: true });
  assert.ok(Array.isArray(decision.evidence));
});

test('batches and threads do not change the result', async () => {
  const batches = [0, 1, 100, 499, 500].map((begin, index, cuts) => tableOf(view).slice(begin, cuts[index + 1]));
  const cut = new Table(batches.flatMap((table) => table.batches));
  const expected = records(await decide(ipcOf(view), asked));
  assert.ok(cut.batches.length >= 4);
  assert.deepEqual(records(await decide(tableToIPC(cut), asked)), expected);
  const many = manyRows(100_000);
  const on = (threads) => decide(many, asked, new Engine('china-telecom', { threads }));
  assert.deepEqual(Buffer.compare(await on(1), await on(2)), 0);
});

test('an empty table is an empty result, with its schema', async () => {
  const empty = tableFromIPC(await decide(ipcOf(view.slice(0, 1)), asked)).schema;
  const decided = tableFromIPC(await decide(tableToIPC(tableOf(view).slice(0, 0)), asked));
  assert.equal(decided.numRows, 0);
  assert.deepEqual(decided.schema.names, empty.names);
});

test('the caller chooses columns, and the schema says by what was decided', async () => {
  const decided = tableFromIPC(await decide(ipcOf(view), { ...asked, columns: ['stage', 'user_id'] }));
  assert.deepEqual(decided.schema.names, ['user_id', 'stage']);
  assert.equal(decided.schema.metadata.get('lifestage.digest'), engine.policyDigest);
  assert.equal(decided.schema.metadata.get('lifestage.as_of'), AS_OF);
});

test('columns that are no facts are told, in rows and in Arrow, and the names that were meant', async () => {
  const { decisions, report } = await engine.classify([{ status: 'active', tenur_months: 7, zodiac: 'dragon' }], asked);
  assert.equal(decisions.length, 1);
  assert.deepEqual([report.rows, report.unread_columns], [1, ['tenur_months', 'zodiac']]);
  assert.deepEqual(report.misspelt_columns, { tenur_months: 'tenure_months' });
  const table = new Table({ tenur_months: vectorFromArray([7]), zodiac: vectorFromArray(['dragon']) });
  const { metadata } = tableFromIPC(await decide(tableToIPC(table), asked)).schema;
  assert.deepEqual(JSON.parse(metadata.get('lifestage.unread_columns')), report.unread_columns);
  assert.deepEqual(JSON.parse(metadata.get('lifestage.misspelt_columns')), report.misspelt_columns);
  assert.equal((await engine.classify(view, asked)).report.misspelt_columns, undefined);
});

test('every column that is typed can be chosen, and no other', async () => {
  const masks = ['warnings_mask', 'insufficient_mask', 'shadow_mask'];
  const { $defs } = engine.listOperations().find(({ name }) => name === 'classify').response;
  const columns = [...Object.keys($defs.DecisionRecord.properties), ...masks];
  const given = ipcOf([{ ...view[0], previous_stage: 'C', previous_since: '2024-01-01' }]);
  const { names } = tableFromIPC(await decide(given, { ...asked, columns })).schema;
  assert.deepEqual([...names].sort(), [...columns].sort());
  assert.equal(await decide(given, { ...asked, columns: ['zodiac'] }).catch(fault), 'UNKNOWN_COLUMN columns[0]');
});

test('a row that breaks the contract has its error, and refuses the table under strict', async () => {
  const broken = [...view.slice(0, 3), { ...view[3], tenure_months: -1 }];
  for (const given of [broken, ipcOf(broken)]) {
    const decided = await decide(given, asked);
    const row = (decided instanceof Uint8Array ? records(decided) : decided)[3];
    assert.deepEqual([row.stage, row.error.path, row.error.found], [null, 'tenure_months', '-1']);
    await assert.rejects(decide(given, { ...asked, strict: true }), (error) =>
      fault(error).endsWith('view[3].tenure_months'),
    );
  }
});

test('every fault of columns and parameters is told at once', async () => {
  const series = tableOf(view).getChild('customer_fee');
  const wrong = new Table({ tenure_months: series, complaints_3m: series });
  await assert.rejects(decide(tableToIPC(wrong), asked), (error) => {
    assert.deepEqual(
      error.faults.map(({ code, path }) => `${code} ${path}`),
      ['COLUMN_TYPE view.complaints_3m', 'COLUMN_TYPE view.tenure_months'],
    );
    return true;
  });
  await assert.rejects(decide(ipcOf(view), { asof: AS_OF, moneyUnit: 'jiao' }), (error) => {
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
    decide(given, asked).then(
      () => 'none',
      (error) => fault(error),
    );
  assert.equal(await refusal(Buffer.from('user_id,tenure_months\nu1,7\n')), 'INPUT_FAILED view');
  assert.equal(await refusal(ipcOf(view).subarray(0, 4000)), 'INPUT_FAILED view');
  assert.equal(await refusal(ipcOf(view, 'file').subarray(0, 4000)), 'INPUT_FAILED view');
  assert.equal(await refusal(new Float64Array(2)), 'WRONG_TYPE tables.view');
  assert.equal(await refusal(undefined), 'MISSING_KEY tables.view');
  assert.equal(await refusal(7), 'WRONG_TYPE tables.view');
});

test('a table in another shape is refused, and told what makes Arrow IPC of it', async () => {
  const refusal = (call) =>
    call.then(
      () => 'none',
      ({ message }) => message,
    );
  for (const given of [tableOf(view), ipcOf(view).slice().buffer, new DataView(new ArrayBuffer(8))]) {
    const [rowsOrArrow, arrow] = [engine.classify(given, asked), engine.callBatch('classify', { view: given }, {})];
    for (const message of [await refusal(rowsOrArrow), await refusal(arrow)]) {
      assert.match(message, new RegExp(`found a value of type ${given.constructor.name}`));
      assert.match(message, /`tableToIPC\(table\)` of apache-arrow/);
    }
  }
  const spent = ipcOf(view);
  await engine.classify(spent, { ...asked, transfer: true });
  const message = await refusal(engine.classify(spent, asked));
  assert.match(
    message,
    /^WRONG_TYPE view: .*found an empty Uint8Array, .*`tableToIPC\(table\)`.* transferred is empty/,
  );
});

test('a batch is called by name', async () => {
  const { decisions } = await engine.callBatch('classify', { view: ipcOf(view) }, { as_of: AS_OF });
  assert.deepEqual(decisions, await decide(ipcOf(view), asked));
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
  const expected = await decide(ipcOf(view), asked);
  const answer = decide(bytes, asked);
  bytes.fill(255);
  assert.deepEqual(await answer, expected);
});

test('a table that is transferred is empty afterwards, and what cannot be is copied', async () => {
  const expected = await decide(ipcOf(view), asked);
  const transferred = { ...asked, transfer: true };
  const bytes = ipcOf(view);
  const answer = decide(bytes, transferred);
  assert.equal(bytes.length, 0);
  assert.deepEqual(await answer, expected);
  const shared = new Uint8Array(new SharedArrayBuffer(expected.length + ipcOf(view).length));
  shared.set(ipcOf(view));
  assert.deepEqual(await decide(shared.subarray(0, ipcOf(view).length), transferred), expected);
  const few = ipcOf(view.slice(0, 1));
  const pooled = Buffer.allocUnsafe(few.length);
  pooled.set(few);
  assert.deepEqual(await decide(pooled, transferred), await decide(few, asked));
  assert.equal(pooled.length, few.length);
});

test('a table that begins at an odd address is read', async () => {
  const bytes = ipcOf(view);
  const askew = new Uint8Array(bytes.length + 3);
  askew.set(bytes, 3);
  const expected = await decide(bytes, asked);
  assert.deepEqual(await decide(askew.subarray(3), { ...asked, transfer: true }), expected);
});

test('the event loop turns while a batch waits for a thread and is decided', async () => {
  const threadsAreFree = occupyThreads();
  let isOver = false;
  const answer = decide(manyRows(1000), asked).finally(() => {
    isOver = true;
  });
  await turn();
  assert.equal(isOver, false);
  await threadsAreFree;
  assert.equal(tableFromIPC(await answer).numRows, 1000);
});

test('a batch that is aborted rejects at once', async () => {
  const threadsAreFree = occupyThreads();
  const controller = new AbortController();
  const answer = engine.classify(manyRows(1000), { ...asked, signal: controller.signal });
  controller.abort('the user left');
  await assert.rejects(answer, (error) => error instanceof AbortError && error.cause === 'the user left');
  await threadsAreFree;
});

test('a cancelled batch ends after the rows in hand', async () => {
  const call = (bytes, cancellation) => {
    const view = new Uint8Array(bytes);
    return native.openEngine('china-telecom', 1).callBatch('classify', { view }, `{"as_of":"${AS_OF}"}`, cancellation);
  };
  // As many rows as take so long that the timer goes off in between, however fast the build.
  let [bytes, milliseconds] = [manyRows(0), 0];
  for (let count = 50_000; milliseconds < 300; count *= 4) {
    bytes = manyRows(count);
    const began = performance.now();
    const { decisions } = await call(bytes, new native.Cancellation());
    milliseconds = performance.now() - began;
    assert.equal(tableFromIPC(decisions).numRows, count);
  }
  const cancellation = new native.Cancellation();
  const failure = call(bytes, cancellation);
  setTimeout(() => cancellation.cancel(), milliseconds / 20);
  assert.equal(JSON.parse((await failure).json).faults[0].code, 'CANCELLED');
});

test('a signal that is aborted already takes no table', async () => {
  const bytes = ipcOf(view);
  const options = { ...asked, transfer: true, signal: AbortSignal.abort() };
  await assert.rejects(decide(bytes, options), AbortError);
  assert.notEqual(bytes.length, 0);
});

test('a batch that is under way when its engine is closed still answers, and a later one is refused', async () => {
  const closing = new Engine();
  const answer = decide(manyRows(50_000), asked, closing);
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
