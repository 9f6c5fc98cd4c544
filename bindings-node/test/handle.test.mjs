import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { Table, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow';
import { AbortError, Engine, LifestageError } from 'lifestage';
import { occupyThreads } from './thread_pool.mjs';
import { AS_OF, recordOf } from './view.mjs';

const OVERLAY = 'extends = "china-telecom"\nname = "guangxi"\n';
const user = (user_id, customer_id, stage) => ({ tables: { decisions: [{ user_id, customer_id, stage }] } });
const refusal = (code) => (error) => error instanceof LifestageError && error.faults[0].code === code;

/** Decisions about users numbered from the first on, who are among seven customers, as rows. */
const users = (first, count) =>
  Array.from({ length: count }, (_, row) => ({
    user_id: `u${first + row}`,
    customer_id: `k${(first + row) % 7}`,
    stage: 'ABCDE'[(first + row) % 5],
  }));
/** The same in Arrow IPC. */
const ipcOf = (decisions) => {
  const column = (name) => [name, vectorFromArray(decisions.map((row) => row[name]))];
  return tableToIPC(new Table(Object.fromEntries(['user_id', 'customer_id', 'stage'].map(column))));
};
const records = (ipc) => tableFromIPC(ipc).toArray().map(recordOf);

test('a handle is told, asked and closed', () => {
  const engine = new Engine();
  const customers = engine.openHandle('customers', {});
  assert.equal(customers.name, 'customers');
  assert.equal(customers.update(user('u1', 'k1', 'E')).rows, 1);
  customers.update(user('u2', 'k1', 'B'));
  const { tables, report } = customers.query();
  assert.deepEqual(
    tables.customers.map(({ customer_id, stage, users }) => ({ customer_id, stage, users })),
    [{ customer_id: 'k1', stage: 'B', users: 2 }],
  );
  assert.equal(report.digest, engine.policyDigest);
  customers.close();
  customers.close();
  for (const call of [() => customers.update({}), () => customers.query(), () => customers.serialise()]) {
    assert.throws(call, refusal('CLOSED'));
  }
});

test('states merge in any order and are restored by their policy alone', () => {
  const engine = new Engine();
  const [north, south] = [engine.openHandle('customers', {}), engine.openHandle('customers', {})];
  north.update(user('u1', 'k1', 'E'));
  south.update(user('u2', 'k1', 'B'));
  const [first, second] = [north.serialise(), south.serialise()];
  north.update({ states: [second] });
  south.update({ states: [first] });
  assert.equal(north.serialise(), south.serialise());
  assert.equal(engine.restoreHandle(north.serialise()).serialise(), north.serialise());
  assert.throws(() => new Engine(OVERLAY).restoreHandle(first), refusal('OTHER_POLICY'));
});

test('a handle goes on when its engine is closed, and a closed engine opens none', () => {
  const engine = new Engine();
  const stages = engine.openHandle('stages', { as_of: '2024-05-31' });
  engine.close();
  assert.equal(stages.query().report.rows, 0);
  assert.throws(() => engine.openHandle('customers', {}), refusal('CLOSED'));
  assert.throws(() => engine.restoreHandle(stages.serialise()), refusal('CLOSED'));
});

test('what is no handle, parameter, update or state is refused', () => {
  const engine = new Engine();
  assert.throws(() => engine.openHandle('custmers', {}), refusal('UNKNOWN_HANDLE'));
  assert.throws(() => engine.openHandle('stages', {}), refusal('MISSING_KEY'));
  assert.throws(() => engine.restoreHandle('{}'), refusal('INVALID_STATE'));
  const customers = engine.openHandle('customers', {});
  assert.throws(() => customers.update({ tables: new Map() }), refusal('WRONG_TYPE'));
  assert.throws(() => customers.updateJson('{'), refusal('SYNTAX'));
});

test('a scope that ends closes its handle', () => {
  const customers = new Engine().openHandle('customers', {});
  customers[Symbol.dispose]();
  assert.throws(() => customers.query(), refusal('CLOSED'));
});

test('a handle told in batches knows what one told in records knows', async () => {
  const engine = new Engine('china-telecom', { threads: 2 });
  const { update, query } = engine.listHandles().find(({ name }) => name === 'customers');
  const [inRecords, inBatches] = [engine.openHandle('customers', {}), engine.openHandle('customers', {})];
  inRecords.update({ tables: { decisions: users(0, 100) } });
  await inBatches.updateBatch({ decisions: ipcOf(users(0, 70)) });
  const told = await inBatches.updateBatch({ decisions: ipcOf(users(70, 30)) }, {}, { transfer: true });
  assert.deepEqual(Object.keys(told).sort(), update.batch.answered_tables.sort());
  assert.equal(records(told.report)[0].rows, 30);
  assert.equal(inBatches.serialise(), inRecords.serialise());
  const answer = await inBatches.queryBatch();
  assert.deepEqual(Object.keys(answer).sort(), query.batch.answered_tables.sort());
  assert.deepEqual(records(answer.customers), inRecords.query().tables.customers);
});

test('decisions go from classify into a handle, and batches that are not awaited are all counted', async () => {
  const engine = new Engine();
  const stages = engine.openHandle('stages', { as_of: AS_OF });
  const view = new Table({
    user_id: vectorFromArray(['u1', 'u2']),
    tenure_months: vectorFromArray([3, -1]),
  });
  const { decisions } = await engine.classify(tableToIPC(view), { asOf: AS_OF });
  engine.close();
  const { rejects } = await stages.updateBatch({ decisions, stage_history: null });
  assert.deepEqual(
    records(rejects).map(({ row, found }) => [row, found]),
    [[1, 'INVALID tenure_months']],
  );
  await Promise.all(
    Array.from({ length: 8 }, (_, part) => stages.updateBatch({ decisions: ipcOf(users(part * 50, 50)) })),
  );
  const { report } = await stages.queryBatch();
  assert.deepEqual([records(report)[0].rows, records(report)[0].rejected], [402, 1]);
});

test('a batch that is refused leaves the handle as it was', async () => {
  const customers = new Engine().openHandle('customers', {});
  await customers.updateBatch({ decisions: ipcOf(users(0, 3)) });
  const state = customers.serialise();
  const decisions = ipcOf(users(3, 1));
  await assert.rejects(customers.updateBatch({ decision: decisions }, { as_of: 1 }), ({ faults }) => {
    assert.deepEqual(
      faults.map(({ code, path }) => `${code} ${path}`),
      ['MISSING_KEY tables.decisions', 'UNKNOWN_KEY tables.decision', 'UNKNOWN_KEY as_of'],
    );
    return true;
  });
  await assert.rejects(customers.updateBatch({}), refusal('MISSING_KEY'));
  await assert.rejects(customers.updateBatch({ decisions: users(3, 1) }), refusal('WRONG_TYPE'));
  await assert.rejects(customers.updateBatch({ decisions: decisions.subarray(0, 200) }), refusal('INPUT_FAILED'));
  await assert.rejects(customers.updateBatch({ decisions }, { as_of: Number.NaN }), refusal('WRONG_TYPE'));
  await assert.rejects(customers.queryBatch({ decisions }), refusal('UNKNOWN_KEY'));
  assert.equal(customers.serialise(), state);
  customers.close();
  await assert.rejects(customers.updateBatch({ decisions }), refusal('CLOSED'));
  await assert.rejects(customers.queryBatch(), refusal('CLOSED'));
});

test('the event loop turns while a handle is told', async () => {
  const customers = new Engine().openHandle('customers', {});
  const threadsAreFree = occupyThreads();
  let isOver = false;
  const told = customers.updateBatch({ decisions: ipcOf(users(0, 10)) }).finally(() => {
    isOver = true;
  });
  await turn();
  assert.equal(isOver, false);
  await Promise.all([threadsAreFree, told]);
  assert.equal(customers.query().report.rows, 10);
});

test('an update that is aborted rejects only where the handle was not told', async () => {
  const customers = new Engine().openHandle('customers', {});
  const decisions = ipcOf(users(0, 10));
  const signal = AbortSignal.abort();
  await assert.rejects(customers.updateBatch({ decisions }, {}, { signal, transfer: true }), AbortError);
  await assert.rejects(customers.queryBatch({}, {}, { signal }), AbortError);
  assert.notEqual(decisions.length, 0);

  const threadsAreFree = occupyThreads();
  const waiting = new AbortController();
  const update = customers.updateBatch({ decisions }, {}, { signal: waiting.signal });
  const query = customers.queryBatch({}, {}, { signal: waiting.signal });
  waiting.abort('the user left');
  const isAbort = (error) => error instanceof AbortError && error.cause === 'the user left';
  await Promise.all([assert.rejects(update, isAbort), assert.rejects(query, isAbort), threadsAreFree]);
  assert.equal(customers.query().report.rows, 0);

  const late = new AbortController();
  const told = customers.updateBatch({ decisions }, {}, { signal: late.signal });
  while (customers.query().report.rows === 0) {
    // The update ends on its thread; its answer waits for this one.
  }
  late.abort();
  assert.equal(records((await told).report)[0].rows, 10);
});

test('an update that is aborted on its way is whole or not at all', async () => {
  const engine = new Engine('china-telecom', { threads: 1 });
  const decisions = ipcOf(users(0, 20_000));
  for (const milliseconds of [0, 5, 20, 60]) {
    const stages = engine.openHandle('stages', { as_of: AS_OF });
    const told = stages.updateBatch({ decisions }, {}, { signal: AbortSignal.timeout(milliseconds) });
    const isTold = await told.then(
      () => true,
      (error) => assert.ok(error instanceof AbortError),
    );
    assert.equal(stages.query().report.rows, isTold ? 20_000 : 0);
  }
});

test('batches take the parameters of the handle', async () => {
  const organisation = new Engine().openHandle('organisation', {});
  const columns = { unit_id: ['gx'], name: ['广西'], level: ['company'] };
  const units = tableToIPC(
    new Table(Object.fromEntries(Object.entries(columns).map(([name, texts]) => [name, vectorFromArray(texts)]))),
  );
  await organisation.updateBatch({ units });
  const { units: known, persons } = await organisation.queryBatch({}, { as_of: '2024-05-31', ask: ['units'] });
  assert.deepEqual(
    records(known).map(({ unit_id, name }) => [unit_id, name]),
    [['gx', '广西']],
  );
  assert.deepEqual(records(persons), []);
  await assert.rejects(organisation.queryBatch(), refusal('MISSING_KEY'));
});
