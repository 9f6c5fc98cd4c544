// Decides about a whole table in Arrow, on all threads, and gives up when the host is told to end.
// npm install ../../bindings-node apache-arrow && node batch.mjs
import { Table, tableFromIPC, tableToIPC, vectorFromArray } from 'apache-arrow';
import { AbortError, Engine } from 'lifestage';

/** As a database gives it: amounts in fen, in columns that say so. */
const view = new Table({
  user_id: vectorFromArray(['u1', 'u2', 'u3']),
  status: vectorFromArray(['active', 'active', 'prospect']),
  tenure_months: vectorFromArray([26, 3, null]),
  fee_minor_11: vectorFromArray([9200n, 15000n, null]),
  fee_minor_12: vectorFromArray([7400n, 15000n, null]),
  complaints_3m: vectorFromArray([3, 0, null]),
  plann: vectorFromArray(['A', 'B', null]),
});

const engine = new Engine('china-telecom');
const ending = new AbortController();
process.once('SIGTERM', () => ending.abort('the host ends'));

const options = { asOf: '2024-05-31', columns: ['user_id', 'stage', 'warnings'], transfer: true };
const { decisions } = await engine.classify(tableToIPC(view), { ...options, signal: ending.signal });
const decided = tableFromIPC(decisions);
for (const { user_id, stage, warnings } of decided) console.log(user_id, stage, [...warnings].join(' '));
console.log('misspelt:', decided.schema.metadata.get('lifestage.misspelt_columns'));

const late = engine.classify(tableToIPC(view), { ...options, signal: ending.signal });
ending.abort('enough');
await late.catch((error) => {
  if (!(error instanceof AbortError)) throw error;
  console.log('given up:', error.cause);
});
