import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPolicy, Engine, LifestageError, version } from 'lifestage';

const OVERLAY = 'extends = "china-telecom"\nname = "guangxi"\n';

test('an engine answers records with records', () => {
  const engine = new Engine();
  const answer = engine.call('version', {});
  assert.deepEqual(answer, {
    version,
    policy: 'china-telecom',
    policy_version: '1.0.0',
    digest: engine.policyDigest,
  });
});

test('an engine says which policy it decides by', () => {
  const engine = new Engine(OVERLAY);
  assert.equal(engine.policyName, 'guangxi');
  assert.match(engine.policyDigest, /^[0-9a-f]{64}$/);
  assert.notEqual(engine.policyDigest, new Engine('china-telecom').policyDigest);
});

test('engines of different policies live side by side', () => {
  const [old, current] = [new Engine(), new Engine(OVERLAY)];
  assert.equal(current.call('version', {}).policy, 'guangxi');
  assert.equal(old.call('version', {}).policy, 'china-telecom');
});

test('a JSON text goes in and a canonical one comes out', () => {
  assert.match(new Engine().callJson('version', ' {\n}'), /^\{"version":"[^"]+","policy":"china-telecom",/);
});

test('a policy is checked without an engine', () => {
  assert.deepEqual(checkPolicy('china-telecom').faults, []);
  const library = { guangxi: OVERLAY };
  assert.equal(checkPolicy('extends = "guangxi"', { library }).name, 'guangxi');
  const { valid, faults } = checkPolicy('extends = "china-telecom"\nnam = "广西"', { file: '广西.toml' });
  assert.equal(valid, false);
  assert.deepEqual(
    faults.map(({ code, path, file, line }) => ({ code, path, file, line })),
    [{ code: 'UNKNOWN_KEY', path: 'nam', file: '广西.toml', line: 2 }],
  );
});

test('a closed engine refuses every call and says so', async () => {
  const engine = new Engine();
  engine.close();
  engine.close();
  const closed = ({ kind, faults }) => kind === 'REQUEST' && faults[0].code === 'CLOSED';
  assert.throws(() => engine.call('version', {}), closed);
  assert.throws(() => engine.callJson('version', '{}'), closed);
  await assert.rejects(engine.callAsync('version', {}), closed);
  assert.equal(engine.policyName, 'china-telecom');
});

test('a scope that ends closes its engine', () => {
  const engine = new Engine();
  engine[Symbol.dispose]();
  assert.throws(() => engine.call('version', {}), LifestageError);
});
