import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Engine, LifestageError } from 'lifestage';

const OVERLAY = 'extends = "china-telecom"\nname = "guangxi"\n';
const user = (user_id, customer_id, stage) => ({ tables: { decisions: [{ user_id, customer_id, stage }] } });
const refusal = (code) => (error) => error instanceof LifestageError && error.faults[0].code === code;

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
