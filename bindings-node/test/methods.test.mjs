// The methods of an engine, beside the registry of operations: none is missing, nor a parameter or a sentence about it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Engine } from 'lifestage';
import { Methods } from '../dist/methods.cjs';

const engine = new Engine();
const operations = engine.listOperations();
const declared = readFileSync(new URL('../dist/methods.d.cts', import.meta.url), 'utf8');

const camelCase = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const propertiesOf = (schema) => Object.keys(schema?.properties ?? {});

/** The schema at a key of a request. */
function schemaAt(key, { properties = {}, $defs }) {
  const reference = properties[key]?.$ref;
  return reference ? $defs[reference.replace('#/$defs/', '')] : properties[key];
}

/** Writes down what the methods ask, and answers with nothing. */
class Asked extends Methods {
  answer(operation, request) {
    this.asked = [operation, Object.keys(request)];
  }
  async answerTables(operation, tables, options) {
    this.asked = [operation, Object.keys(tables), Object.keys(options)];
    return {};
  }
}

/** One value a name. */
const object = (names) => Object.fromEntries(names.map((name) => [name, name]));

test('every operation is a method, and every method an operation', () => {
  const inherited = ['constructor', 'answer', 'answerTables'];
  const methods = Object.getOwnPropertyNames(Methods.prototype).filter((name) => !inherited.includes(name));
  assert.deepEqual(
    methods,
    operations.map(({ name }) => camelCase(name)),
  );
  assert.ok(engine instanceof Methods);
});

test('every method is documented by the sentence of its operation', () => {
  for (const { name, about } of operations) {
    const place = declared.search(new RegExp(`^ {4}${camelCase(name)}[(<]`, 'm'));
    const doc = declared.slice(0, place).split('/**').at(-1);
    assert.ok(place > 0 && doc.trimStart().startsWith(`* ${about.en}`), name);
  }
});

test('every option is documented', () => {
  const types = declared.match(/^export type \w+Options = \{.*?^\};/gms);
  assert.ok(types.length > 5);
  for (const type of types) {
    const lines = type.split('\n').slice(1, -1);
    const undocumented = lines.filter((line, place) => /^ {4}\w/.test(line) && !lines[place - 1].endsWith('*/'));
    assert.deepEqual(undocumented, [], type);
  }
});

for (const { name, request, params } of operations) {
  const tables = propertiesOf(schemaAt('tables', request));
  const properties = propertiesOf(request);

  test(`${camelCase(name)} takes every parameter of the registry`, async () => {
    const asked = new Asked();
    const call = (...given) => asked[camelCase(name)](...given);
    if (tables.length > 0) {
      const options = [...new Set([...propertiesOf(schemaAt('params', request)), ...propertiesOf(params)])].map(
        camelCase,
      );
      await call(tables.length === 1 ? tables[0] : object(tables), object(options));
      assert.deepEqual(asked.asked, [name, tables, options]);
    } else if (properties.includes('record')) {
      const options = properties.filter((property) => property !== 'record');
      call({}, object(options.map(camelCase)));
      assert.deepEqual(asked.asked, [name, ['record', ...options]]);
    } else {
      call(object(properties.map(camelCase)));
      assert.deepEqual(asked.asked, [name, properties]);
    }
  });
}

test('methods answer what the operations by name answer', async () => {
  const [asOf, record] = [
    '2024-05-31',
    { status: 'active', tenure_months: 14, complaints_3m: 2, faults_last_month: 1 },
  ];
  const named = { record, as_of: asOf };
  assert.deepEqual(engine.classifyRecord(record, { asOf }), engine.call('classify_record', named));
  const explained = engine.explain(record, { asOf, language: 'zh' });
  assert.deepEqual(explained, engine.call('explain', { ...named, language: 'zh' }));
  assert.match(explained.text, /\p{Script=Han}/u);
  assert.deepEqual(engine.describeStage({ stage: 'D' }), engine.call('describe_stage', { stage: 'D' }));
  const users = [{ user_id: 'u1', activated_on: '2023-01-01', customer_id: 'k1' }];
  const built = await engine.buildView({ users }, { asOf });
  const { tables, report } = engine.call('build_view', { tables: { users }, params: { as_of: asOf } });
  assert.deepEqual(built, { ...tables, report });
  const { decisions } = await engine.classify(built.view, { asOf });
  const { customers } = await engine.combineCustomers(decisions);
  assert.deepEqual(
    customers.map(({ customer_id }) => customer_id),
    ['k1'],
  );
});

test('what is left out is told, not stumbled over', async () => {
  const missing = (path) => (error) => `${error.faults[0].code} ${error.faults[0].path}` === `MISSING_KEY ${path}`;
  assert.throws(() => engine.classifyRecord({}), missing('as_of'));
  assert.throws(() => engine.explain(), missing('record'));
  assert.throws(() => engine.describeStage(), missing('stage'));
  await assert.rejects(engine.classify([]), missing('params.as_of'));
  await assert.rejects(engine.buildView(undefined, { asOf: '2024-05-31' }), missing('tables'));
  await assert.rejects(engine.callBatch('classify', undefined, { as_of: '2024-05-31' }), missing('tables.view'));
});
