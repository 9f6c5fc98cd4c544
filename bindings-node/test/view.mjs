// A customer view for tests, as rows and in Arrow.

import {
  Bool,
  DateDay,
  Dictionary,
  Field,
  Int32,
  List,
  makeVector,
  StructRow,
  Table,
  tableToIPC,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';

export const AS_OF = '2024-05-31';

const STATUSES = ['active', 'terminated', 'prospect', 'suspended', null];

/** Twelve monthly amounts, as decimal text; now and then one is unknown. */
function months(row, level) {
  return Array.from({ length: 12 }, (_, month) =>
    (row + month) % 11 === 10 ? null : (level * (1 + ((row * 7 + month * 3) % 5) / 4)).toFixed(2),
  );
}

/** One user or prospect. */
function user(row) {
  const status = STATUSES[row % 5];
  return {
    user_id: `u${row}`,
    customer_id: row % 3 === 0 ? null : `k${row % 7}`,
    status,
    tenure_months: status === 'prospect' ? null : row % 40,
    months_since_exit: status === 'terminated' ? row % 14 : null,
    customer_fee: months(row, 30 + (row % 9) * 20),
    complaints_3m: row % 6,
    in_relocation_area: row % 4 === 0,
    agreement_ends_on: row % 2 === 0 ? '2024-06-20' : null,
  };
}

/** So many rows of the view. */
export const rows = (count) => Array.from({ length: count }, (_, row) => user(row));

const TYPES = {
  user_id: new Utf8(),
  customer_id: new Utf8(),
  status: new Dictionary(new Utf8(), new Int32()),
  tenure_months: new Int32(),
  months_since_exit: new Int32(),
  customer_fee: new List(new Field('item', new Utf8(), true)),
  complaints_3m: new Int32(),
  in_relocation_area: new Bool(),
  agreement_ends_on: new DateDay(),
};

const cell = (type, value) => (type instanceof DateDay && value !== null ? new Date(value) : value);

/** Rows of the view as a table of Arrow. */
export function tableOf(view) {
  const column = ([name, type]) => [
    name,
    vectorFromArray(
      view.map((row) => cell(type, row[name])),
      type,
    ),
  ];
  return new Table(Object.fromEntries(Object.entries(TYPES).map(column)));
}

/** Rows of the view in Arrow IPC. */
export const ipcOf = (view, format = 'stream') => tableToIPC(tableOf(view), format);

/** Many rows of few columns in Arrow IPC, quickly made. */
export function manyRows(count) {
  const status = makeVector(new Uint8Array(count).fill(1));
  const fees = Array.from({ length: 12 }, (_, month) => [
    `fee_minor_${month + 1}`,
    makeVector(new BigInt64Array(count).fill(BigInt(12000 - month * 500))),
  ]);
  return tableToIPC(new Table({ status, ...Object.fromEntries(fees) }), 'stream');
}

/** What a row of Arrow says, as a record says it. */
export function recordOf(row) {
  const plain = (value) => {
    if (typeof value === 'bigint') return Number(value);
    if (value === null || typeof value !== 'object') return value;
    return value instanceof StructRow ? recordOf(value) : [...value];
  };
  return Object.fromEntries(Object.entries(row.toJSON()).map(([name, value]) => [name, plain(value)]));
}
