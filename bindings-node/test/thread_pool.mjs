import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';

/** Keeps every thread of Node's pool busy for a while; gives a promise of its end. */
export function occupyThreads() {
  const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  const work = () => promisify(pbkdf2)('password', 'salt', 200_000, 64, 'sha512');
  return Promise.all(Array.from({ length: threads }, work));
}
