// Writes the types of every operation's request and response, read from the registry's JSON Schemas.
// node scripts/operations.mjs FILE

import { writeFileSync } from 'node:fs';
import { answerOf, declared, documented, indented, isBatch, named, operations } from './types.mjs';

/** One entry a named thing, documented. */
function entries(things, typeOfThing) {
  const entry = (thing) => indented(`\n${documented(thing.about.en, `${thing.name}: ${typeOfThing(thing)};`)}`);
  return things.map(entry).join('');
}

function verb({ request, response }) {
  return `request: ${declared(request)}; response: ${declared(response)}`;
}

function operation(described) {
  return `{ ${verb(described)} }`;
}

/** Tables go in and out in Arrow IPC. */
function batch({ tables, optional_tables = [], answered_tables, params }) {
  const given = (name) => `${name}: Uint8Array`;
  const optional = (name) => `${name}?: Uint8Array | null | undefined`;
  const taken = [...tables.map(given), ...optional_tables.map(optional)].join('; ');
  const parts = [`tables: ${taken ? `{ ${taken} }` : 'Record<string, never>'}`];
  if (params) parts.push(`params: ${declared(params)}`);
  return `{ ${parts.join('; ')}; answer: { ${answered_tables.map(given).join('; ')} } }`;
}

function handle({ params, update, query }) {
  const type = (described) =>
    `{ ${verb(described)}; batch: ${batch({ ...described.batch, params: described.params })} }`;
  return `{ params: ${declared(params)}; update: ${type(update)}; query: ${type(query)} }`;
}

const text = `// Generated from the registry of operations by scripts/operations.mjs; not edited by hand.

import type { DecisionColumn } from './options.cjs';

/** Every operation: what it is asked, and what it answers. */
export interface Operations {${entries(operations, operation)}
}

/** Every operation that also takes tables of Arrow: the tables in, its parameters, and the tables out. */
export interface Batches {${entries(operations.filter(isBatch), batch)}
}

/** Every kind of handle: what it is opened with, told and asked, and what it answers. */
export interface Handles {${entries(answerOf('list_handles'), handle)}
}

${[...named.values()].join('\n')}`;
writeFileSync(process.argv[2], text);
