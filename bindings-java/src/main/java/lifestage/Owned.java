package lifestage;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/** What belongs to the host outside the Java heap: used by any number of threads, freed once, after their calls. */
abstract class Owned implements AutoCloseable {
    // Calls read the handle, close() writes it: so it waits for the calls that are under way.
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final String what;
    private final LongConsumer free;
    private long handle;

    /** A handle of the C ABI; {@code what} it is, for the message that it is closed. */
    Owned(String what, long handle, LongConsumer free) {
        this.what = what;
        this.handle = handle;
        this.free = free;
    }

    /** Frees it, once calls under way in other threads have ended. Closing it again does nothing. */
    @Override
    public void close() {
        take(handle -> {
            free.accept(handle);
            return null;
        });
    }

    /** What a call that may fail gives on the open handle. */
    final long given(Call call) {
        return with(open -> given(open, call));
    }

    /** What a call that may fail gives. */
    static long given(long handle, Call call) {
        long[] output = new long[1];
        long[] error = new long[1];
        LifestageException.check(call.call(handle, output, error), error);
        return output[0];
    }

    /** What a task does with the open handle. */
    final <T> T with(LongFunction<T> task) {
        Lock reading = lock.readLock();
        reading.lock();
        try {
            if (handle == 0) {
                throw new IllegalStateException("the " + what + " is closed");
            }
            return task.apply(handle);
        } finally {
            reading.unlock();
        }
    }

    /** What a task does with the handle that it takes, 0 if it is closed; from then on it is. */
    final <T> T take(LongFunction<T> task) {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            long taken = handle;
            handle = 0;
            return task.apply(taken);
        } finally {
            writing.unlock();
        }
    }

    /** A call on a handle that writes what it gives, or an error. */
    interface Call {
        int call(long handle, long[] output, long[] error);
    }
}
