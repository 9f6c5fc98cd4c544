import native = require('../native.js');

import { LifestageError } from './error.cjs';
import { wrongType } from './request.cjs';

/** A value that is no list: as a record has it. What is `undefined` is null. */
export type Scalar = string | number | boolean | null | undefined;
/** A value of a prepared record: a series is a list of months, the newest last. */
export type Value = Scalar | readonly Scalar[];

/** So many bytes hold any decision, and most rows. */
const FIRST_SIZE = 4096;
/** A kind and a number, or a kind and a length. */
const HEAD = 9;

const encoder = new TextEncoder();
const kind = (letter: string) => letter.charCodeAt(0);
const [NULL, YES, NO, INTEGER, FLOAT, TEXT, LIST] = ['0', 'y', 'n', 'i', 'f', 't', 'l'].map(kind) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

/**
 * Values on their way to the native half, which reads them in `src/prepared.rs`: a buffer that is used again for each row
 * costs less than values that cross one by one.
 *
 * @internal
 */
export class Values {
  /** What crosses; the answer comes back in it. */
  bytes = Buffer.alloc(FIRST_SIZE);
  /** The same, to read numbers from. */
  view = new DataView(this.bytes.buffer);
  #end = 0;

  /** Writes a row. */
  write(values: readonly Value[]): void {
    this.#end = 0;
    this.#count(values.length);
    for (let place = 0; place < values.length; place += 1) {
      const value = values[place];
      if (Array.isArray(value)) this.#list(value, place);
      else this.#scalar(value as Scalar, place);
    }
  }

  #list(items: readonly Scalar[], place: number): void {
    this.#room(HEAD);
    this.#kind(LIST);
    this.#count(items.length);
    for (let index = 0; index < items.length; index += 1) this.#scalar(items[index], place, index);
  }

  #scalar(value: Scalar, place: number, index?: number): void {
    if (typeof value === 'string') {
      this.#text(value, place, index);
      return;
    }
    this.#room(HEAD);
    if (typeof value === 'number') this.#number(value);
    else if (value === null || value === undefined) this.#kind(NULL);
    else if (typeof value === 'boolean') this.#kind(value ? YES : NO);
    else throw wrongType(pathOf(place, index), value, 'a text, a number, a boolean or null');
  }

  /** A whole number is one, as in JSON. */
  #number(value: number): void {
    if (Number.isSafeInteger(value)) {
      this.#kind(INTEGER);
      this.view.setUint32(this.#end, value >>> 0, true);
      this.view.setInt32(this.#end + 4, Math.floor(value / 2 ** 32), true);
    } else {
      this.#kind(FLOAT);
      this.view.setFloat64(this.#end, value, true);
    }
    this.#end += 8;
  }

  #text(text: string, place: number, index?: number): void {
    // UTF-8 needs at most three bytes for a unit of UTF-16.
    this.#room(HEAD + 3 * text.length);
    this.#kind(TEXT);
    const begin = this.#end + 4;
    let length = 0;
    for (; length < text.length; length += 1) {
      const unit = text.charCodeAt(length);
      if (unit > 127) break;
      this.bytes[begin + length] = unit;
    }
    if (length < text.length) {
      if (!text.isWellFormed()) throw new LifestageError(native.illFormedText(pathOf(place, index)));
      length = encoder.encodeInto(text, this.bytes.subarray(begin)).written;
    }
    this.#count(length);
    this.#end = begin + length;
  }

  #kind(kind: number): void {
    this.bytes[this.#end] = kind;
    this.#end += 1;
  }

  #count(count: number): void {
    this.view.setUint32(this.#end, count, true);
    this.#end += 4;
  }

  #room(length: number): void {
    if (this.#end + length <= this.bytes.length) return;
    const larger = Buffer.alloc(2 * (this.#end + length));
    larger.set(this.bytes);
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }
}

function pathOf(place: number, index: number | undefined): string {
  return index === undefined ? `values[${place}]` : `values[${place}][${index}]`;
}
