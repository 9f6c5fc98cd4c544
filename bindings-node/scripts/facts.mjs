// Writes the facts of the customer view as types, read from the table of facts in the documentation.
// node scripts/facts.mjs FILE

import { readFileSync, writeFileSync } from 'node:fs';
import { documented, indented } from './types.mjs';

const MONTHS = Array.from({ length: 12 }, (_, month) => month + 1);
const PAGE = readFileSync(new URL('../../docs/facts.md', import.meta.url), 'utf8');

/** The facts of a section of the page: a line of its table each. */
function factsUnder(heading) {
  const section = PAGE.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  const lines = section.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const [name, type, unit, , meaning] = line.slice(2, -2).split(' | ');
    return { name: name.replaceAll('`', ''), type, unit, meaning };
  });
}

/** The TypeScript of a fact's type, or of one month of it. */
function typeOf(type, unit) {
  if (type.includes('number')) return unit === 'yuan' ? 'Amount' : 'Numeric';
  if (type.startsWith('`')) return `${type.replaceAll('`', "'").replaceAll(' or ', ' | ')} | Other`;
  const others = { date: 'string', text: 'Text', 'set of texts': 'readonly string[]', 'true or false': 'boolean' };
  if (!others[type]) throw new Error(`no TypeScript for a fact of type ${type}`);
  return others[type];
}

/** A fact as properties: whole, and where it is a series, month by month; amounts in fen too. */
function properties({ name, type, unit, meaning }) {
  const isSeries = type.startsWith('12 months');
  const told = unit ? `${meaning}; ${unit}` : meaning;
  const inFen = unit === 'yuan' ? [[`${name}_minor`, 'Numeric', `\`${name}\` in fen`]] : [];
  return [[name, typeOf(type, unit), told], ...inFen].flatMap(([key, value, doc]) =>
    isSeries ? seriesProperties(key, value, doc) : [[key, value, doc]],
  );
}

/** A series as a list, and each of its months. */
function seriesProperties(key, value, doc) {
  const newest = (month) => (month === MONTHS.length ? ', the newest' : '');
  const months = MONTHS.map((month) => [`${key}_${month}`, value, `Month ${month} of \`${key}\`${newest(month)}`]);
  return [[key, `ReadonlyArray<${value} | null | undefined>`, `${doc}; twelve months, the newest last`], ...months];
}

/** A property, documented. */
function entry([key, type, doc]) {
  const sentence = `${doc[0].toUpperCase()}${doc.slice(1)}.`;
  return indented(`\n${documented(sentence, `${key}?: ${type} | null | undefined;`)}`);
}

const facts = [...factsUnder('In the view'), ...factsUnder('Personal')];
const text = `// Generated from docs/facts.md by scripts/facts.mjs; not edited by hand.

/** A text or, an identifier being one too, a whole number. */
type Text = string | number;
/** A number, or its decimal text. */
type Numeric = string | number;
/** An amount: decimal text, or a float in yuan, which rounds to fen, half to even. A whole number needs \`moneyUnit\`. */
type Amount = string | number;
/** Any other text, as a program has it that computes it; the codes are still proposed to who writes one. */
type Other = string & {};

/**
 * The facts of one user or prospect: a row of the customer view. All may be missing: missing is not zero. Dates are texts
 * (\`2024-05-31\`). A policy may declare facts of the host's own beside them.
 */
export interface CustomerFacts {${facts.flatMap(properties).map(entry).join('')}
}

/**
 * A row of the view, typed as far as the caller's own type says more than that it has keys: facts are as \`CustomerFacts\`
 * has them, whatever else is in it is the host's.
 */
export type Customer<Row extends object> = Row & (string extends keyof Row ? unknown : CustomerFacts);

/** The name of a fact, or of a host's own. */
export type FactName = keyof CustomerFacts | (string & {});
`;
writeFileSync(process.argv[2], text);
