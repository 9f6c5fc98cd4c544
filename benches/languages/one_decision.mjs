// W3 in Node: `one_decision.mjs <policy> <records> <threads> <result>`, a contestant as contestant.py says.
//
// Its result is a line of JSON for each record, by one implementation after the other. Beside them runs the plain round
// through JSON that a host has anyway: a record read, an answer written, nothing decided.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Engine } from 'lifestage';

/** So many rounds until V8 has compiled what is called often. */
const WARM_UP = 50;
const asOf = '2024-05-31';
const answer = { stage: 'C', tier: 'mid', warnings: ['D2'] };

const [policy, data, , result] = process.argv.slice(2);
const engine = Engine.open(policy);
const texts = readFileSync(data, 'utf8').trimEnd().split('\n');
const records = texts.map((text) => JSON.parse(text));
const prepared = engine.prepare(Object.keys(records[0]), { asOf });

/** What each is called with; `line`, how its answers become lines. */
const implementations = {
  'lifestage (Node, JSON)': {
    inputs: texts.map((text) => `{"as_of": "${asOf}", "record": ${text}}`),
    decide: (request) => engine.callJson('classify_record', request),
    line: (decision) => decision,
  },
  'lifestage (Node, objects)': {
    inputs: records,
    decide: (record) => engine.classifyRecord(record, { asOf }),
    line: JSON.stringify,
  },
  'lifestage (Node, prepared)': {
    inputs: records.map((record) => Object.values(record)),
    decide: (values) => prepared.classify(values),
    line: JSON.stringify,
  },
  'json (Node)': {
    inputs: texts,
    decide: (text) => {
      JSON.parse(text);
      return JSON.stringify(answer);
    },
  },
};

/** Milliseconds of each implementation. */
function run() {
  const times = {};
  for (const [name, { inputs, decide }] of Object.entries(implementations)) {
    const start = performance.now();
    for (const input of inputs) decide(input);
    times[name] = performance.now() - start;
  }
  return times;
}

const lines = Object.values(implementations)
  .filter(({ line }) => line)
  .flatMap(({ inputs, decide, line }) => inputs.map((input) => line(decide(input))));
writeFileSync(result, `${lines.join('\n')}\n`);
for (let round = 0; round < WARM_UP; round += 1) run();
const peaks = Object.fromEntries(Object.keys(implementations).map((name) => [name, null]));
console.log(JSON.stringify({ version: engine.version().version, peak_extra_mb: peaks }));
for await (const _run of createInterface({ input: process.stdin })) console.log(JSON.stringify(run()));
