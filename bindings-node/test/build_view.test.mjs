import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DateDay, Int32, Table, tableFromIPC, tableToIPC, Utf8, vectorFromArray } from 'apache-arrow';
import { Engine } from 'lifestage';
import { AS_OF, recordOf } from './view.mjs';

const engine = new Engine('china-telecom', { threads: 2 });

const users = Array.from({ length: 60 }, (_, row) => ({
  user_id: `u${String(row).padStart(3, '0')}`,
  customer_id: `k${row % 20}`,
  activated_on: `202${row % 4}-0${1 + (row % 9)}-15`,
}));
const bills = users.flatMap(({ user_id }, row) =>
  ['2024-02', '2024-03', '2024-04', '2024-05'].map((month, place) => ({
    user_id,
    month,
    fee: (40 + row * 3 - place * (row % 3) * 12).toFixed(2),
  })),
);
const events = [{ event_id: 1, user_id: 'nobody', on: '2024-05-02', kind: 'complaint' }];

/** Rows in Arrow IPC: dates as days, whole numbers as such, the rest as text. */
function ipcOf(rows) {
  const column = (name) => {
    const values = rows.map((row) => row[name]);
    if (name.endsWith('_on') || name === 'on')
      return vectorFromArray(
        values.map((day) => new Date(day)),
        new DateDay(),
      );
    return vectorFromArray(values, typeof values[0] === 'number' ? new Int32() : new Utf8());
  };
  return tableToIPC(new Table(Object.fromEntries(Object.keys(rows[0]).map((name) => [name, column(name)]))));
}

test('fact tables in Arrow make the view that their rows make', async () => {
  const asked = { asOf: AS_OF };
  const built = await engine.buildView({ users, bills, events }, asked);
  const arrow = await engine.buildView({ users: ipcOf(users), bills: ipcOf(bills), events: ipcOf(events) }, asked);
  const { answered_tables } = engine.listOperations().find(({ name }) => name === 'build_view');
  assert.deepEqual(Object.keys(arrow).sort(), answered_tables.sort());
  assert.equal(tableFromIPC(arrow.view).numRows, 60);
  const rejects = tableFromIPC(arrow.rejects).toArray().map(recordOf);
  assert.deepEqual(
    rejects.map(({ table, row, code }) => ({ table, row, code })),
    built.rejects.map(({ table, row, code }) => ({ table, row, code })),
  );
  assert.equal(rejects.length, 1);
  const counts = tableFromIPC(arrow.counts).toArray().map(recordOf);
  for (const { table, ...count } of counts) assert.deepEqual(count, { ...count, ...built.report.tables[table] });
  const decided = tableFromIPC((await engine.classify(arrow.view, asked)).decisions)
    .toArray()
    .map(recordOf);
  const brief = ({ user_id, stage, tier, reasons, warnings }) => ({ user_id, stage, tier, reasons, warnings });
  assert.deepEqual(decided.map(brief), (await engine.classify(built.view, asked)).decisions.map(brief));
});

test('all tables are given in the same way', async () => {
  const given = { users: ipcOf(users), bills };
  await assert.rejects(engine.buildView(given, { asOf: AS_OF }), ({ faults }) => {
    assert.deepEqual([faults[0].code, faults[0].path], ['WRONG_TYPE', 'bills']);
    return true;
  });
  const built = await engine.buildView({ users: ipcOf(users), bills: undefined, events: null }, { asOf: AS_OF });
  assert.equal(tableFromIPC(built.view).numRows, 60);
});
