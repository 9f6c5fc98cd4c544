import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Engine, LifestageError } from 'lifestage';

const engine = new Engine();

/** The error that `call` throws. */
function thrownBy(call) {
  try {
    call();
  } catch (error) {
    assert.ok(error instanceof LifestageError, inspect(error));
    return error;
  }
  return assert.fail('nothing was thrown');
}

/** Kind and first fault of the error that `call` throws, in short. */
function refusal(call) {
  const { kind, faults } = thrownBy(call);
  return `${kind} ${faults[0].code} ${faults[0].path}: ${faults[0].found}`;
}

test('an error carries every fault of the policy', () => {
  const error = thrownBy(() => new Engine('extends = "china-telecom"\nnam = "guangxi"\nversion = 7\n'));
  assert.equal(error.kind, 'POLICY');
  assert.deepEqual(
    error.faults.map((fault) => `${fault.code} ${fault.path} ${fault.file}:${fault.line}:${fault.column}`),
    ['UNKNOWN_KEY nam policy:2:7', 'WRONG_TYPE version policy:3:11'],
  );
});

test('an error speaks English and Chinese', () => {
  const error = thrownBy(() => new Engine('china-telekom'));
  assert.match(error.message, /did you mean `china-telecom`\?/);
  assert.equal(error.messageIn('en'), error.message);
  assert.match(error.messageIn('zh'), /是否应为 `china-telecom`？/);
});

test('an error is an Error with name, stack and the record that every language sees', () => {
  const error = thrownBy(() => engine.callJson('vers', '{}'));
  assert.ok(error instanceof Error);
  assert.equal(`${error}`, `LifestageError: ${error.message}`);
  assert.match(error.stack, /^LifestageError: UNKNOWN_OPERATION operation: .*\n {4}at /);
  assert.match(
    JSON.stringify(error),
    /^\{"kind":"REQUEST","faults":\[\{"code":"UNKNOWN_OPERATION","path":"operation",/,
  );
});

test('an argument that is not a text is refused by name', () => {
  assert.equal(
    refusal(() => new Engine(7)),
    'REQUEST WRONG_TYPE policy: 7',
  );
  assert.equal(
    refusal(() => new Engine(null)),
    'REQUEST WRONG_TYPE policy: null',
  );
  assert.equal(
    refusal(() => Engine.open()),
    'REQUEST WRONG_TYPE path: undefined',
  );
  assert.equal(
    refusal(() => engine.call(undefined, {})),
    'REQUEST WRONG_TYPE operation: undefined',
  );
  assert.equal(
    refusal(() => engine.callJson('version', {})),
    'REQUEST WRONG_TYPE request: a value of type Object',
  );
  assert.equal(
    refusal(() => engine.callJson(() => 1, '{}')),
    'REQUEST WRONG_TYPE operation: a function',
  );
});

test('a text with half a character is refused, not altered', () => {
  assert.equal(
    refusal(() => new Engine('\ud83d')),
    'REQUEST INVALID_UTF8 policy: a lone surrogate',
  );
  assert.equal(
    refusal(() => engine.callJson('version', '"\udc00"')),
    'REQUEST INVALID_UTF8 request: a lone surrogate',
  );
  assert.equal(refusal(() => engine.call('check_policy', { policy: '\ud83d' })).split(' ')[1], 'SYNTAX');
});

test('a request that is not an object is refused', () => {
  assert.equal(
    refusal(() => engine.call('version')),
    'REQUEST WRONG_TYPE : undefined',
  );
  assert.equal(
    refusal(() => engine.call('version', null)),
    'REQUEST WRONG_TYPE : null',
  );
  assert.equal(
    refusal(() => engine.call('version', [])),
    'REQUEST WRONG_TYPE : []',
  );
  assert.equal(refusal(() => engine.callJson('version', '{').split(':')[0]).split(' ')[1], 'SYNTAX');
});

test('a value that JSON cannot say is refused with its path, not dropped', () => {
  const refusalOf = (library) => refusal(() => engine.call('check_policy', { policy: 'china-telecom', library }));
  assert.equal(refusalOf({ a: [{ fee: Number.NaN }] }), 'REQUEST WRONG_TYPE library.a[0].fee: NaN');
  assert.equal(refusalOf({ a: [1, -Infinity] }), 'REQUEST WRONG_TYPE library.a[1]: -Infinity');
  assert.equal(refusalOf({ a: 7n }), 'REQUEST WRONG_TYPE library.a: 7n');
  assert.equal(refusalOf(Symbol('a')), 'REQUEST WRONG_TYPE library: Symbol(a)');
  assert.equal(refusalOf({ a: () => 1 }), 'REQUEST WRONG_TYPE library.a: a function');
  assert.equal(refusalOf(new Map([['a', 'b']])), 'REQUEST WRONG_TYPE library: a value of type Map');
  assert.equal(refusalOf(new Set(['a'])), 'REQUEST WRONG_TYPE library: a value of type Set');
  assert.equal(refusalOf({ a: new Float64Array(2) }), 'REQUEST WRONG_TYPE library.a: a value of type Float64Array');
});

test('a request that holds itself is refused', () => {
  const library = {};
  library.again = { library };
  assert.match(
    refusal(() => engine.call('check_policy', { policy: 'a', library })),
    /^REQUEST WRONG_TYPE library\.again\.library\.again\..*: more levels$/,
  );
});

test('what is undefined is absent, and what has a JSON form goes by it', () => {
  assert.equal(engine.call('check_policy', { policy: 'china-telecom', file: undefined }).valid, true);
  assert.equal(engine.call('check_policy', { policy: { toJSON: () => 'china-telecom' } }).valid, true);
  assert.equal(
    engine.call('check_policy', Object.assign(Object.create(null), { policy: 'china-telecom' })).valid,
    true,
  );
});
