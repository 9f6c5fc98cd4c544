// What becomes of decisions: customers, counts and lists, in Arrow as in rows.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Table, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow';
import { Engine } from 'lifestage';
import { AS_OF, ipcOf, recordOf, rows } from './view.mjs';

const engine = new Engine('china-telecom', { threads: 2 });
const asked = { asOf: AS_OF };
// One row breaks the contract: it does not count, and customers and lists say so.
const view = rows(300).map((user, row) => (row === 7 ? { ...user, tenure_months: -1 } : user));
const { decisions } = await engine.classify(view, asked);
const arrow = (await engine.classify(ipcOf(view), asked)).decisions;

/** The rows of a table in Arrow IPC, of these columns. */
const records = (ipc, ...columns) =>
  tableFromIPC(ipc)
    .toArray()
    .map(recordOf)
    .map((row) => (columns.length > 0 ? pick(row, columns) : row));
const pick = (row, columns) => Object.fromEntries(columns.map((column) => [column, row[column]]));

/** The names of the tables that an operation answers with. */
const answered = (operation) =>
  engine
    .listOperations()
    .find(({ name }) => name === operation)
    .answered_tables.sort();

test('decisions in Arrow are combined into the customers that their rows make', async () => {
  const expected = await engine.combineCustomers(decisions);
  const combined = await engine.combineCustomers(arrow);
  assert.deepEqual(Object.keys(combined).sort(), answered('combine_customers'));
  assert.deepEqual(records(combined.customers), expected.customers);
  assert.ok(expected.customers.length > 7);
  assert.deepEqual(
    records(combined.rejects).map(({ row, code, found }) => [row, code, found]),
    [[7, 'UNDECIDED', 'INVALID tenure_months']],
  );
  const [report] = records(combined.report);
  assert.deepEqual([report.rows, report.rejected], [expected.report.rows, 1]);
});

test('decisions in Arrow, and their history, are counted as their rows are', async () => {
  const history = [
    { user_id: 'u1', as_of: '2024-04-30', stage: 'C' },
    { user_id: 'u2', as_of: '2024-04-30', stage: 'B' },
  ];
  const column = (name) => vectorFromArray(history.map((row) => row[name]));
  const columns = { user_id: column('user_id'), as_of: column('as_of'), stage: column('stage') };
  const ipc = tableToIPC(new Table(columns));
  const expected = await engine.summariseStages({ decisions, stage_history: history }, asked);
  const counted = await engine.summariseStages({ decisions: arrow, stage_history: ipc }, asked);
  assert.deepEqual(Object.keys(counted).sort(), answered('summarise_stages'));
  const rowsOf = (table, ...columns) => expected[table].map((row) => pick(row, columns));
  assert.deepEqual(records(counted.stages, 'stage', 'rows'), rowsOf('stages', 'stage', 'rows'));
  assert.deepEqual(records(counted.warnings), expected.warnings);
  const transition = ['previous_stage', 'stage', 'rows'];
  assert.deepEqual(records(counted.transitions, ...transition), rowsOf('transitions', ...transition));
  assert.equal(records(counted.report, 'followed')[0].followed, expected.report.followed);
  const alone = await engine.summariseStages({ decisions: arrow, stage_history: null }, asked);
  assert.equal(records(alone.report, 'followed')[0].followed, 0);
});

test('the warned are listed of Arrow as of rows, personal columns masked unless they are shown', async () => {
  const names = view.map((_, row) => (row % 2 === 0 ? '王芳' : null));
  const named = view.map((user, row) => ({ ...user, name: names[row] }));
  const ipc = tableToIPC(tableFromIPC(ipcOf(view)).assign(new Table({ name: vectorFromArray(names) })));
  for (const options of [{ list: 'grievances' }, { list: 'grievances', show: ['name'] }]) {
    const expected = (await engine.listWarned({ view: named, decisions }, options)).warned;
    const { warned, ...others } = await engine.listWarned({ view: ipc, decisions: arrow }, options);
    assert.deepEqual([Object.keys(others), expected.length > 0], [[], true]);
    assert.deepEqual(
      records(warned, 'user_id', 'name'),
      expected.map((row) => pick(row, ['user_id', 'name'])),
    );
    assert.equal(
      expected.some(({ name }) => name === '王芳'),
      options.show !== undefined,
    );
  }
});
