import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Engine, LifestageError, Prepared } from 'lifestage';
import { AS_OF, rows } from './view.mjs';

/** Forty rules beside the shipped ones: a mask has a second half. */
const MANY_RULES = Array.from(
  { length: 40 },
  (_, rule) => `[warning.conditions.HOST-${String(rule).padStart(2, '0')}]
when = "complaints_3m == ${rule % 6} && community != '${rule}'"
state = "${rule % 4 === 3 ? 'shadow' : 'active'}"
moves_stage = ${rule === 39}
tiers = []
en = "Host's rule"
zh = "自定义规则"
`,
).join('');
const engine = new Engine(`extends = "china-telecom"\nname = "many"\n${MANY_RULES}`);
const fields = [...Object.keys(rows(1)[0]), 'community', 'minutes', 'previous_stage', 'previous_since', 'note'];

/** A row of every kind, now and then with values that make no sense. */
function record(row) {
  return {
    ...rows(row + 1)[row],
    community: ['罗湖', 'Futian', null, undefined, 'é'.repeat(row)][row % 5],
    minutes: Array.from({ length: 12 }, (_, month) => (month % 4 === 3 ? null : row * 7 + month / 4)),
    previous_stage: ['A', 'B', 'D', null, 'X'][row % 5],
    previous_since: ['2024-01-31', '2024-03-15', null, '2023-12-01'][row % 4],
    note: row % 2 === 0,
    ...(row % 13 === 0 ? { tenure_months: -row - 0.5 } : {}),
  };
}

/** What both forms say. */
function said({ stage, tier, reasons, warnings, insufficient, shadow, stage_since, error }) {
  return { stage, tier, reasons, warnings, insufficient, shadow, stage_since, error };
}

const refusal = (call) => {
  try {
    call();
  } catch (error) {
    if (error instanceof LifestageError) return `${error.faults[0].code} ${error.faults[0].path}`;
    throw error;
  }
  return 'none';
};

test('a prepared record is decided as the record is', () => {
  const prepared = engine.prepare(fields, { asOf: AS_OF });
  const seen = { stages: new Set(), warned: new Set(), errors: 0, since: 0 };
  for (let row = 0; row < 300; row += 1) {
    const given = record(row);
    const decision = prepared.classify(fields.map((field) => given[field]));
    assert.deepEqual(decision, said(engine.classifyRecord(given, { asOf: AS_OF })), `row ${row}`);
    seen.stages.add(decision.stage);
    for (const code of decision.warnings) seen.warned.add(code);
    seen.errors += decision.error ? 1 : 0;
    seen.since += decision.stage_since ? 1 : 0;
  }
  assert.ok(seen.stages.size >= 5 && seen.warned.has('HOST-38') && seen.errors > 10 && seen.since > 10);
});

test('months may be fields of their own, and integer amounts count what is said', () => {
  const prepared = new Engine().prepare(['status', 'tenure_months', 'fee_11', 'fee_minor_12'], { asOf: AS_OF });
  assert.equal(prepared.classify(['active', 26, '150.00', 15000]).tier, 'high');
  assert.equal(prepared.classify(['active', 26, 149.5, 14950]).tier, 'mid');
  assert.equal(
    refusal(() => prepared.classify(['active', 26, 150, 15000])),
    'AMOUNT_WITHOUT_UNIT fee_11',
  );
  const yuan = new Engine().prepare(['status', 'fee'], { asOf: AS_OF, moneyUnit: 'yuan' });
  assert.equal(yuan.classify(['active', [150, 150]]).tier, 'high');
});

test('whole numbers of any size cross as they are', () => {
  const prepared = new Engine().prepare(['status', 'fee_minor_12', 'fee_minor_11'], { asOf: AS_OF });
  for (const fen of [0, -1, 1, 2 ** 31, -(2 ** 31) - 1, 2 ** 32 + 5, 2 ** 45 + 1, -(2 ** 45) - 1]) {
    const named = { status: 'active', fee_minor_12: fen, fee_minor_11: -fen };
    assert.deepEqual(
      prepared.classify(Object.values(named)),
      said(new Engine().classifyRecord(named, { asOf: AS_OF })),
      `${fen}`,
    );
  }
});

test('a prepared record names its fields, and those that are no facts', () => {
  const prepared = new Engine().prepare(['status', 'tenur_months'], { asOf: AS_OF });
  assert.ok(prepared instanceof Prepared);
  assert.deepEqual(prepared.fields, ['status', 'tenur_months']);
  assert.deepEqual(prepared.unreadFields, ['tenur_months']);
});

test('every fact that is typed is read', () => {
  const typed = readFileSync(new URL('../dist/facts.d.cts', import.meta.url), 'utf8');
  const names = [...typed.matchAll(/^ {4}(\w+)\?:/gm)].map(([, name]) => name);
  assert.ok(names.length > 100 && names.includes('fee_12') && names.includes('first_bill_minor'));
  for (const name of names) assert.deepEqual(new Engine().prepare([name], { asOf: AS_OF }).unreadFields, [], name);
});

test('a row longer than the buffer is decided', () => {
  const prepared = new Engine().prepare(['community', 'status'], { asOf: AS_OF });
  for (const community of ['福'.repeat(10_000), 'x'.repeat(50_000), 'short']) {
    assert.equal(prepared.classify([community, 'prospect']).stage, 'A');
  }
});

test('what no record has is refused by its place', () => {
  const prepared = new Engine().prepare(['status', 'fee'], { asOf: AS_OF });
  const refusalOf = (...values) => refusal(() => prepared.classify(values));
  assert.equal(refusalOf('active'), 'INVALID values');
  assert.equal(refusalOf('active', [], 7), 'INVALID values');
  assert.equal(refusalOf(7n, []), 'WRONG_TYPE values[0]');
  assert.equal(refusalOf('active', new Map()), 'WRONG_TYPE values[1]');
  assert.equal(refusalOf('active', [1.5, () => 1]), 'WRONG_TYPE values[1][1]');
  assert.equal(refusalOf('active', [['150.00']]), 'WRONG_TYPE values[1][0]');
  assert.equal(refusalOf('\ud83d', []), 'INVALID_UTF8 values[0]');
  assert.equal(
    refusal(() => prepared.classify('active')),
    'WRONG_TYPE values',
  );
  assert.equal(prepared.classify(['active', [Number.NaN]]).error.path, 'fee[0]');
  assert.equal(prepared.classify(['active', ['150.00']]).error, null);
});

test('what cannot be prepared is refused by name', () => {
  const opened = new Engine();
  const refusalOf = (...given) => refusal(() => opened.prepare(...given));
  assert.equal(refusalOf(['fee', 'fee_12'], { asOf: AS_OF }), 'INVALID fields[1]');
  assert.equal(refusalOf(['status'], { asOf: '31.05.2024' }), 'INVALID_VALUE as_of');
  assert.equal(refusalOf(['status'], { asOf: AS_OF, moneyUnit: 'jiao' }), 'INVALID_VALUE money_unit');
  assert.equal(refusalOf(['status']), 'WRONG_TYPE as_of');
  assert.equal(refusalOf('status', { asOf: AS_OF }), 'WRONG_TYPE fields');
  assert.equal(refusalOf([7], { asOf: AS_OF }), 'WRONG_TYPE fields[0]');
});

test('a prepared record goes on when its engine is closed, and a closed engine prepares none', () => {
  const opened = new Engine();
  const prepared = opened.prepare(['status'], { asOf: AS_OF });
  opened.close();
  assert.equal(prepared.classify(['prospect']).stage, 'A');
  assert.equal(
    refusal(() => opened.prepare(['status'], { asOf: AS_OF })),
    'CLOSED engine',
  );
});
