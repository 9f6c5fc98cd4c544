import native = require('../native.js');

/** How an asynchronous call ends whose signal was aborted; `cause` is the signal's reason. */
export class AbortError extends Error {
  /** As Node's own functions have it. */
  readonly code = 'ABORT_ERR';

  static {
    AbortError.prototype.name = 'AbortError';
  }

  /** Made by the library, of the signal's reason. */
  constructor(reason: unknown) {
    super('The operation was aborted', { cause: reason });
  }
}

/**
 * What `begin` gives once it has ended, whatever the signal says meanwhile: an abort only asks it to stop, and it may be too
 * late. For what changes state.
 *
 * @internal
 */
export async function stoppable<Answer>(
  signal: AbortSignal | undefined,
  begin: (cancellation: native.Cancellation) => Promise<Answer>,
): Promise<Answer> {
  if (signal?.aborted) throw new AbortError(signal.reason);
  const cancellation = new native.Cancellation();
  const stop = () => cancellation.cancel();
  signal?.addEventListener('abort', stop, { once: true });
  return begin(cancellation).finally(() => signal?.removeEventListener('abort', stop));
}

/**
 * What `begin` promises, or an `AbortError` as soon as the signal is aborted.
 *
 * @internal
 */
export async function abortable<Answer>(
  signal: AbortSignal | undefined,
  begin: (cancellation: native.Cancellation) => Promise<Answer>,
): Promise<Answer> {
  if (signal?.aborted) throw new AbortError(signal.reason);
  const cancellation = new native.Cancellation();
  const answer = begin(cancellation);
  if (!signal) return answer;
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancellation.cancel();
      reject(new AbortError(signal.reason));
    };
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
