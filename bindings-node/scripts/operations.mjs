// Writes the types of every operation's request and response, and every operation as a method, both read from the
// registry and its JSON Schemas.
// node scripts/operations.mjs TYPES METHODS

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

const opened = native.openEngine('china-telecom');
const registry = (operation) => JSON.parse(opened.call(operation, '{}'));
const operations = registry('list_operations');

/** One entry a named thing, documented. */
function entries(things, typeOfThing) {
  return things
    .map((thing) => indented(`\n${documented(thing.about.en, `${thing.name}: ${typeOfThing(thing)};`)}`))
    .join('');
}

const verb = ({ request, response }) => `{ request: ${declared(request)}; response: ${declared(response)} }`;
const types = `// Generated from the registry of operations by scripts/operations.mjs; not edited by hand.

/** Every operation: what it is asked, and what it answers. */
export interface Operations {${entries(operations, verb)}
}

/** Every operation that also takes tables of Arrow: the tables in, its parameters, and the tables out. */
export interface Batches {${entries(operations.filter(isBatch), ({ request, params, response }) => {
  const tables = arrowTables(schemaAt('tables', request));
  return `{ tables: ${tables}; params: ${declared(params)}; answer: ${arrowTables(schemaAt('tables', response))} }`;
})}
}

/** Every kind of handle: what it is opened with, told and asked, and what it answers. */
export interface Handles {${entries(registry('list_handles'), ({ params, update, query }) => {
  return `{ params: ${declared(params)}; update: ${verb(update)}; query: ${verb(query)} }`;
})}
}

${[...named.values()].join('\n')}`;

function isBatch({ form }) {
  return form === 'batch';
}

/** An object's schema that stands at a key of a request or response. */
function schemaAt(key, schema) {
  const found = schema.properties?.[key];
  return found?.$ref ? schema.$defs[found.$ref.replace('#/$defs/', '')] : found;
}

/** Tables in Arrow IPC. */
function arrowTables({ properties, required = [] }) {
  const table = (name) => (required.includes(name) ? `${name}: Uint8Array` : `${name}?: Uint8Array | null | undefined`);
  return `{ ${Object.keys(properties).map(table).join('; ')} }`;
}

/** What a call takes beside its subject: it may be left out where nothing in it has to be given. */
function optional({ required = [] }) {
  return required.length > 0 ? '' : ' = {}';
}

function camelCase(name) {
  return name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}

/** An operation as a method: one that takes tables is a promise, the others answer at once. */
function method(operation) {
  const { name, about, request } = operation;
  const tables = Object.keys(schemaAt('tables', request)?.properties ?? {});
  const [signatures, body] = tables.length > 0 ? tablesMethod(operation, tables) : recordMethod(operation);
  const [first, ...others] = signatures.map((signature) => `${camelCase(name)}${signature}`);
  const promised = tables.length > 0 ? 'Rejects with a `LifestageError`, or with an `AbortError`.' : '';
  const doc = [
    '/**',
    about.en,
    '',
    promised ||
      `@throws {LifestageError} ${request.properties ? 'Every fault of the request, in one pass; or' : 'If'} the engine is closed.`,
  ];
  return `${doc.join('\n * ').replace(/ +$/gm, '')}\n */\n${[first, ...others].join('\n')} {\n  ${body}\n}\n`;
}

function recordMethod({ name, request }) {
  const types = `Operations['${name}']`;
  const properties = Object.keys(request.properties ?? {});
  if (properties.length === 0) return [[`(): ${types}['response']`], `return this.answer('${name}', {});`];
  if (!properties.includes('record')) {
    const options = `options: Options<${types}['request']>${optional(request)}`;
    return [[`(${options}): ${types}['response']`], `return this.answer('${name}', paramsOf(options));`];
  }
  const options = `options: Options<Omit<${types}['request'], 'record'>>`;
  const body = `return this.answer('${name}', { record, ...paramsOf(options) });`;
  return [[`(record: object, ${options}): ${types}['response']`], body];
}

/** A single table stands for itself; several have names. */
function tablesMethod(operation, tables) {
  const { name, request, response } = operation;
  const answered = Object.keys(schemaAt('tables', response).properties);
  const alone = tables.length === 1 ? tables[0] : undefined;
  const result = alone && answered.length === 1 ? answered[0] : undefined;
  const subject = alone ?? 'tables';
  const missing = optional(schemaAt('params', request));
  const signature = (table, params, row, whole) => {
    const type = alone ? table : row;
    return `(${subject}: ${type}, options: ${params}${missing}): Promise<${whole}>`;
  };
  const types = `Operations['${name}']`;
  const params = schemaAt('params', request).properties ? `RowOptions<${types}['request']['params']>` : 'CallOptions';
  const rows = signature(
    'Rows',
    params,
    `RowTables<${types}['request']['tables']>`,
    result ? `${types}['response']['tables']['${result}']` : `Flat<${types}['response']>`,
  );
  const arrow = signature(
    'Uint8Array',
    `ArrowOptions<Batches['${name}']['params']>`,
    `Batches['${name}']['tables']`,
    result ? 'Uint8Array' : `Batches['${name}']['answer']`,
  );
  const call = `this.answerTables('${name}', ${alone ? `{ ${alone} }` : 'tables'}, options)`;
  const body = result ? `return ${call}.then(({ ${result} }) => ${result});` : `return ${call};`;
  if (!isBatch(operation)) return [[rows], body];
  const either = `(${subject}: ${alone ? 'Rows | Uint8Array' : 'object'}, options: object${missing}): Promise<any>`;
  return [[`${arrow};`, `${rows};`, either], body];
}

const methods = `// Generated from the registry of operations by scripts/operations.mjs; not edited by hand.

import type { Batches, Operations } from './operations.cjs';
import { type ArrowOptions, type CallOptions, type Flat, type Options, paramsOf, type RowOptions, type Rows, type RowTables } from './options.cjs';

/**
 * Every operation as a method: what it is about first, the rest as options. Options are in camelCase, the keys of records
 * in snake_case, as in every language; faults name an option as the registry does (\`as_of\`).
 */
export abstract class Methods {
  /** @internal */
  protected abstract answer<Answer>(operation: string, request: object): Answer;
  /** @internal */
  protected abstract answerTables(operation: string, tables: object, options: object): Promise<any>;
${operations
  .map((operation) => indented(`\n${method(operation)}`))
  .join('')
  .trimEnd()}
}
`;

writeFileSync(process.argv[2], types);
writeFileSync(process.argv[3], methods.replace(/ +$/gm, ''));
