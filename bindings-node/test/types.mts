// Read by the compiler alone: what has to be accepted, and what has to be refused.

import {
  AbortError,
  type CheckPolicyResponse,
  type ClassifyReport,
  type CustomerFacts,
  checkPolicy,
  type DecisionRecord,
  Engine,
  type Fault,
  LifestageError,
  type Prepared,
  version,
} from 'lifestage';

const engine: Engine = new Engine();
const policy: string = engine.call('version', {}).policy;
const checked: Promise<CheckPolicyResponse> = engine.callAsync(
  'check_policy',
  { policy },
  { signal: AbortSignal.abort() },
);
const stages = engine.openHandle('stages', { as_of: '2024-05-31' });
const flapRate: string | null | undefined = stages.query().report.flap_rate;
const text: string = engine.callJson('any_operation', '{}');
const faults: readonly Fault[] = checkPolicy(text, { file: undefined, library: { guangxi: version } }).faults;
const prepared: Prepared = engine.prepare(['status', 'fee'], { asOf: '2024-05-31', moneyUnit: 'yuan' });
export const preparedStage: 'A' | 'B' | 'C' | 'D' | 'E' | null | undefined = prepared.classify([
  'active',
  [1, null],
]).stage;
// @ts-expect-error: a value is no object.
prepared.classify([{}]);
// @ts-expect-error: the day is missing.
engine.prepare(['status'], {});
interface Customer {
  user_id: string;
  tenure_months: number;
}
const customers: readonly Customer[] = [];
const classified: Promise<{ decisions: DecisionRecord[]; report: ClassifyReport }> = engine.classify(customers, {
  asOf: '2024-05-31',
  evidence: true,
});
const arrow: Promise<{ decisions: Uint8Array }> = engine.classify(new Uint8Array(), {
  asOf: '2024-05-31',
  moneyUnit: 'fen',
  transfer: true,
});
const stage: 'A' | 'B' | 'C' | 'D' | 'E' | null | undefined = engine.classifyRecord({}, { asOf: '2024-05-31' }).stage;
const called: Promise<{ decisions: Uint8Array }> = engine.callBatch(
  'classify',
  { view: new Uint8Array() },
  { as_of: '2024-05-31', columns: ['stage'] },
  { signal: AbortSignal.timeout(1000) },
);
export const misspelt: Promise<Record<string, string> | undefined> = classified.then(
  ({ report }) => report.misspelt_columns,
);
// @ts-expect-error: there may be none.
classified.then(({ report }) => Object.keys(report.misspelt_columns));
export const inChinese: string = engine.explain({}, { asOf: '2024-05-31', language: 'zh' }).text;
export const outcomes = [
  classified,
  arrow,
  stage,
  called,
  engine.combineCustomers([], { signal: AbortSignal.abort() }),
];
export const inArrow: Promise<{ customers: Uint8Array; rejects: Uint8Array; report: Uint8Array }> =
  engine.combineCustomers(new Uint8Array(), { transfer: true });
export const toldInBatches: Promise<{ rejects: Uint8Array; report: Uint8Array }> = stages.updateBatch(
  { decisions: new Uint8Array(), stage_history: undefined },
  {},
  { signal: AbortSignal.abort(), transfer: true },
);
export const transitions: Promise<Uint8Array> = stages.queryBatch().then((answer) => answer.transitions);
// @ts-expect-error: rows are told by `update`.
stages.updateBatch({ decisions: [] });
// @ts-expect-error: there is no such table.
stages.updateBatch({ decisions: new Uint8Array(), history: new Uint8Array() });
// @ts-expect-error: there are no parameters.
stages.queryBatch({}, { as_of: '2024-05-31' });
// @ts-expect-error: a query takes no tables.
stages.queryBatch({ decisions: new Uint8Array() });
// @ts-expect-error: the day is missing.
engine.summariseStages({ decisions: new Uint8Array() }, {});
export async function referenceMonth(): Promise<string> {
  return (await engine.buildView({ users: customers, bills: null }, { asOf: '2024-05-31' })).report.reference_month;
}
{
  using opened = Engine.open(new URL('guangxi.toml', import.meta.url));
  opened.close();
}

// A record is checked where it names facts, and may hold what the host has beside them.
const day = { asOf: '2024-05-31' };
const customer = { status: 'active', tenure_months: 26, fee_11: '92.00', fee_12: '74.00', complaints_3m: 3 };
engine.classifyRecord(customer, day);
engine.explain(customer, day);
engine.classify([customer], day);
engine.classifyRecord({ status: 'active', fee: [92.5, null], fee_minor_12: 7400, has_fibre: true }, day);
engine.classifyRecord({ has_fibre: true }, day);
interface Fibre {
  has_fibre: boolean;
}
const fibre: Fibre = { has_fibre: true };
engine.explain(fibre, day);
const facts: CustomerFacts = { user_id: 'u1', customer_fee_minor: [7400], in_relocation_area: null };
engine.classify([facts, customers[0] ?? {}], day);
const untyped: Record<string, unknown>[] = [{ status: 'active' }];
engine.classify(untyped, day);
engine.classifyRecord(JSON.parse('{}'), day);
engine.prepare(['status', 'fee_minor_12', 'has_fibre'], day);
// @ts-expect-error: a date is a text.
engine.classifyRecord({ agreement_ends_on: new Date() }, day);
// @ts-expect-error: months are numbers or texts.
engine.explain({ fee: [true] }, day);
interface Wrong {
  tenure_months: boolean;
}
const wrong: readonly Wrong[] = [];
// @ts-expect-error: of an interface, too.
engine.classify(wrong, day);
// @ts-expect-error: there is no such column.
engine.classify(new Uint8Array(), { ...day, columns: ['stages'] });
// @ts-expect-error: by name, neither.
engine.callBatch('classify', { view: new Uint8Array() }, { as_of: '2024-05-31', columns: ['stages'] });

// @ts-expect-error: there is no such operation.
engine.call('vers', {});
// @ts-expect-error: it takes no parameters.
engine.call('version', { verbose: true });
// @ts-expect-error: the policy is missing.
engine.call('check_policy', {});
// @ts-expect-error: a response has no such field.
engine.call('version', {}).name;
// @ts-expect-error: there is no such handle.
engine.openHandle('custmers', {});
// @ts-expect-error: the day is missing.
engine.openHandle('stages', {});
// @ts-expect-error: a decision is a record.
stages.update({ tables: { decisions: [7] } });
// @ts-expect-error: the day is missing.
engine.classify([], {});
// @ts-expect-error: options are in camelCase.
engine.classifyRecord({}, { as_of: '2024-05-31' });
// @ts-expect-error: a row is a record.
engine.classify([7], { asOf: '2024-05-31' });
// @ts-expect-error: there is no such table.
engine.buildView({ user: [] }, { asOf: '2024-05-31' });
// @ts-expect-error: it takes records only.
engine.callBatch('version', {}, {});
// @ts-expect-error: threads are counted.
new Engine('china-telecom', { threads: 'all' });
// @ts-expect-error: an engine is immutable.
engine.policyName = 'guangxi';
// @ts-expect-error: a policy is a text.
new Engine(7);

export function told(error: unknown): string {
  if (error instanceof AbortError) return error.code;
  if (error instanceof LifestageError)
    return `${error.kind satisfies 'POLICY' | 'REQUEST' | 'INTERNAL'} ${error.messageIn('zh')}`;
  return String(faults.map(({ path, line = 1 }) => `${path} ${line.toFixed()}`)) + String(checked) + String(flapRate);
}
