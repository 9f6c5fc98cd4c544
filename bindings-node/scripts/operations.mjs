// Writes the types of every operation's request and response, read from the registry's JSON Schemas.
// node scripts/operations.mjs FILE

import { writeFileSync } from 'node:fs';
import native from '../native.js';

const PRIMITIVES = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };

/** What changes a type in ways that are not written here yet. */
const UNREAD = ['allOf', 'not', 'if', 'patternProperties', 'dependentSchemas'];

/** The text of each named type, by name. */
const named = new Map();

function documented(description, text) {
  if (!description) return text;
  return `/** ${description.replaceAll('*/', '* /').replace(/\s*\n\s*/g, ' ')} */\n${text}`;
}

function indented(text) {
  return text.replaceAll('\n', '\n  ');
}

/** The TypeScript of a schema. */
function typeOf(schema) {
  if (schema === true) return 'unknown';
  const unread = UNREAD.find((keyword) => keyword in schema);
  if (unread) throw new Error(`no TypeScript for ${unread} in ${JSON.stringify(schema)}`);
  if (schema.$ref) return schema.$ref.replace('#/$defs/', '');
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) {
    const union = [...new Set(choices.map(typeOf))].join(' | ');
    return schema.properties ? `${objectType(schema)} & (${union})` : union;
  }
  if (schema.type === undefined) return 'unknown';
  return [schema.type]
    .flat()
    .map((type) => typeNamed(type, schema))
    .join(' | ');
}

function typeNamed(type, schema) {
  if (type === 'array') return arrayType(schema);
  if (type === 'object') return objectType(schema);
  if (!PRIMITIVES[type]) throw new Error(`no TypeScript for ${JSON.stringify(schema)}`);
  return PRIMITIVES[type];
}

function arrayType({ items, prefixItems }) {
  if (prefixItems) return `[${prefixItems.map((item) => typeOf(item)).join(', ')}]`;
  return `Array<${typeOf(items ?? true)}>`;
}

function objectType({ properties = {}, required = [], additionalProperties }) {
  const entries = Object.entries(properties).map(([key, schema]) => {
    const type = typeOf(schema);
    const name = /^\w+$/.test(key) ? key : JSON.stringify(key);
    const entry = required.includes(key) ? `${name}: ${type};` : `${name}?: ${type} | undefined;`;
    return indented(`\n${documented(schema.description, entry)}`);
  });
  if (entries.length > 0) return `{${entries.join('')}\n}`;
  return `Record<string, ${additionalProperties === false ? 'never' : typeOf(additionalProperties ?? true)}>`;
}

function declare(name, schema) {
  const declaration = documented(schema.description, `export type ${name} = ${typeOf(schema)};\n`);
  if ((named.get(name) ?? declaration) !== declaration) throw new Error(`two types are called ${name}`);
  named.set(name, declaration);
}

/** The type of a schema; an object's, like all those it refers to, is declared by name. */
function declared(schema) {
  for (const [name, definition] of Object.entries(schema.$defs ?? {})) declare(name, definition);
  if (schema.type !== 'object') return typeOf(schema);
  declare(schema.title, schema);
  return schema.title;
}

const engine = native.openEngine('china-telecom');
const operations = JSON.parse(engine.call('list_operations', '{}')).map(({ name, about, request, response }) => {
  const type = `{ request: ${declared(request)}; response: ${declared(response)} }`;
  return indented(`\n${documented(about.en, `${name}: ${type};`)}`);
});
const handles = JSON.parse(engine.call('list_handles', '{}')).map(({ name, about, params, update, query }) => {
  const verb = ({ request, response }) => `{ request: ${declared(request)}; response: ${declared(response)} }`;
  const type = `{ params: ${declared(params)}; update: ${verb(update)}; query: ${verb(query)} }`;
  return indented(`\n${documented(about.en, `${name}: ${type};`)}`);
});
const text = `// Generated from the registry of operations by scripts/operations.mjs; not edited by hand.

/** Every operation: what it is asked, and what it answers. */
export interface Operations {${operations.join('')}
}

/** Every kind of handle: what it is opened with, told and asked, and what it answers. */
export interface Handles {${handles.join('')}
}

${[...named.values()].join('\n')}`;
writeFileSync(process.argv[2], text);
