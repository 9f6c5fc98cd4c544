// Writes every operation as a method, read from the registry: what it is about first, the rest as options.
// node scripts/methods.mjs FILE

import { writeFileSync } from 'node:fs';
import { declare, declared, indented, isBatch, named, operations, schemaAt } from './types.mjs';

function camelCase(name) {
  return name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
}

function pascalCase(name) {
  return camelCase(`_${name}`);
}

/** The names of the options' types, which are declared beside the methods. */
const optionsTypes = new Set();

/** Parameters as options: the same, in camelCase, without the method's subject. */
function optionsType(name, schema, subject, type = `${pascalCase(name)}Options`) {
  const properties = Object.entries(schema.properties).filter(([property]) => property !== subject);
  const isTheSame = !subject && properties.every(([property]) => !property.includes('_'));
  if (isTheSame) return declared(schema);
  for (const [definition, value] of Object.entries(schema.$defs ?? {})) declare(definition, value);
  declare(type, {
    type: 'object',
    description: `Options of \`${camelCase(name)}\`.`,
    properties: Object.fromEntries(properties.map(([property, value]) => [camelCase(property), value])),
    required: (schema.required ?? []).map(camelCase),
  });
  optionsTypes.add(type);
  return type;
}

/** The options' parameter: it may be left out where nothing in it has to be given. */
function optionsParameter(type, { required = [] }) {
  return `options: ${type}${required.length > 0 ? '' : ' = {}'}`;
}

/** The same where a body does not follow. */
function overloadedOptions(type, { required = [] }) {
  return `options${required.length > 0 ? '' : '?'}: ${type}`;
}

/** The type of the rows of a single table. */
function rowsType(table) {
  return table === 'view' ? 'ReadonlyArray<Customer<Row>>' : 'Rows';
}

/** The type parameter of what takes rows of the view. */
function ofCustomers(parameters) {
  return parameters.includes('Customer<Row>') ? '<Row extends object>' : '';
}

/** A call that answers at once. */
function recordMethod({ name, request, response }) {
  const answer = declared(response);
  const method = (parameters, asked) => ({
    signatures: [`${ofCustomers(parameters)}(${parameters}): ${answer}`],
    body: `return this.answer('${name}', ${asked});`,
  });
  if (!request.properties) return method('', '{}');
  const subject = 'record' in request.properties ? 'record' : undefined;
  const options = optionsParameter(optionsType(name, request, subject), subject ? { required: [subject] } : request);
  return subject
    ? method(`record: Customer<Row>, ${options}`, '{ record, ...paramsOf(options) }')
    : method(options, 'paramsOf(options)');
}

/** A call that is a promise. A single table given stands for itself; several have names, and so have those answered. */
function tablesMethod(operation) {
  const { name, request, response, params } = operation;
  declared(request);
  const tables = Object.keys(schemaAt('tables', request).properties);
  const alone = tables.length === 1 ? tables[0] : undefined;
  const signature = (type, options, answer) => `(${alone ?? 'tables'}: ${type}, ${options}): Promise<${answer}>`;

  const rowParams = { ...schemaAt('params', request), $defs: request.$defs };
  const rowOptions = rowParams.properties ? `${optionsType(name, rowParams)} & CallOptions` : 'CallOptions';
  const rowTables = alone ? rowsType(alone) : `RowTables<${declared(request)}['tables']>`;
  const answered = `Flat<${declared(response)}>`;
  const rows = (options) => `${ofCustomers(rowTables)}${signature(rowTables, options, answered)}`;

  const body = `return this.answerTables('${name}', ${alone ? `{ ${alone} }` : 'tables'}, options);`;
  if (!isBatch(operation)) return { signatures: [rows(optionsParameter(rowOptions, rowParams))], body };

  const types = `Batches['${name}']`;
  const isTheSame = namesOf(params) === namesOf(rowParams);
  const arrowType = isTheSame ? undefined : `${pascalCase(name)}ArrowOptions`;
  const arrowOptions = params.properties
    ? `${optionsType(name, params, undefined, arrowType)} & BatchOptions`
    : 'BatchOptions';
  const arrowTables = alone ? 'Uint8Array' : `${types}['tables']`;
  const arrow = signature(arrowTables, overloadedOptions(arrowOptions, params), `${types}['answer']`);
  const either = signature(alone ? 'Rows | Uint8Array' : 'object', optionsParameter('object', params), 'any');
  return { signatures: [`${arrow};`, `${rows(overloadedOptions(rowOptions, rowParams))};`, either], body };
}

function namesOf({ properties = {} }) {
  return Object.keys(properties).join();
}

function method(operation) {
  const { name, about, request } = operation;
  const isOnTables = 'tables' in (request.properties ?? {});
  const { signatures, body } = isOnTables ? tablesMethod(operation) : recordMethod(operation);
  const refusal = request.properties ? 'Every fault of the request, in one pass; or' : 'If';
  const failure = isOnTables
    ? 'Rejects with a `LifestageError`, or with an `AbortError`.'
    : `@throws {LifestageError} ${refusal} the engine is closed.`;
  const doc = ['/**', ` * ${about.en}`, ' *', ` * ${failure}`, ' */'];
  const overloads = signatures.map((signature) => `${camelCase(name)}${signature}`);
  return [...doc, `${overloads.join('\n')} {`, `  ${body}`, '}', ''].join('\n');
}

const methods = operations.map((operation) => indented(`\n${method(operation)}`));
const options = [...optionsTypes].map((type) => named.get(type));
const code = [...options, ...methods].join('\n');
const types = ['Batches', ...[...named.keys()].filter((type) => !optionsTypes.has(type))].sort();
const imported = types.filter((type) => new RegExp(`\\b${type}\\b`).test(code));
const text = `// Generated from the registry of operations by scripts/methods.mjs; not edited by hand.

import type { Customer } from './facts.cjs';
import type { ${imported.join(', ')} } from './operations.cjs';
import { type BatchOptions, type CallOptions, type DecisionColumn, type Flat, paramsOf, type Rows, type RowTables } from './options.cjs';

${options.join('\n')}
/**
 * Every operation as a method: what it is about first, the rest as options. Options are in camelCase, the keys of records
 * in snake_case, as in every language; faults name an option as the registry does (\`as_of\`).
 */
export abstract class Methods {
  /** @internal */
  protected abstract answer<Answer>(operation: string, request: object): Answer;
  /** @internal */
  protected abstract answerTables(operation: string, tables: object, options: object): Promise<any>;
${methods.join('').trimEnd()}
}
`;
writeFileSync(process.argv[2], text.replace(/ +$/gm, ''));
