// JSON Schemas as TypeScript, and what the registry of operations says in them.

import native from '../native.js';

const engine = native.openEngine('china-telecom');

/** What an operation without parameters answers. */
export function answerOf(operation) {
  return JSON.parse(engine.call(operation, '{}'));
}

export const operations = answerOf('list_operations');
{
  // What `classify`'s schema leaves open: which columns there are.
  const { params } = operations.find(({ name }) => name === 'classify');
  params.properties.columns.items = { $ref: '#/$defs/DecisionColumn' };
}

/** Whether an operation also takes tables of Arrow. */
export function isBatch({ form }) {
  return form === 'batch';
}

/** An object's schema that stands at a key of a request or response. */
export function schemaAt(key, schema) {
  const found = schema.properties?.[key];
  return found?.$ref ? schema.$defs[found.$ref.replace('#/$defs/', '')] : found;
}

const PRIMITIVES = { string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null' };

/** What changes a type in ways that are not written here yet. */
const UNREAD = ['allOf', 'not', 'if', 'patternProperties', 'dependentSchemas'];

/** The text of each named type, by name. */
export const named = new Map();

export function documented(description, text) {
  if (!description) return text;
  return `/** ${description.replaceAll('*/', '* /').replace(/\s*\n\s*/g, ' ')} */\n${text}`;
}

export function indented(text) {
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

export function declare(name, schema) {
  const declaration = documented(schema.description, `export type ${name} = ${typeOf(schema)};\n`);
  if ((named.get(name) ?? declaration) !== declaration) throw new Error(`two types are called ${name}`);
  named.set(name, declaration);
}

/** The type of a schema; an object's, like all those it refers to, is declared by name. */
export function declared(schema) {
  for (const [name, definition] of Object.entries(schema.$defs ?? {})) declare(name, definition);
  if (schema.type !== 'object') return typeOf(schema);
  declare(schema.title, schema);
  return schema.title;
}
