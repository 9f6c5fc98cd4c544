package lifestage;

import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * State that an engine opened ({@link Engine#openHandle}): told with {@link #update}, asked with {@link #query}, and
 * serialised, to be restored or merged elsewhere.
 *
 * <p>Threads may share a handle: their calls follow one another. It goes on when its engine is closed, and holds memory
 * outside the Java heap until {@link #close()}, which no finalizer calls.
 *
 * <pre>{@code
 * try (Handle customers = engine.openHandle("customers", "{}")) {
 *     customers.update("{\"tables\": {\"decisions\": [{\"user_id\": \"u1\", \"stage\": \"C\"}]}}");
 *     System.out.println(customers.query("{}"));
 * }
 * }</pre>
 */
public final class Handle implements AutoCloseable {
    // Calls read the handle, close() writes it: so it waits for the calls that are under way.
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long handle;

    Handle(long handle) {
        this.handle = handle;
    }

    /**
     * Tells it something: one JSON text in, one out. {@code {"states": [...]}} merges what other handles of the same kind
     * and policy serialised.
     *
     * @param update what it is told, a JSON object
     * @return what became of it, canonical JSON: the rows that do not count are among it
     * @throws LifestageException with all faults of the update; the state is as before
     * @throws IllegalArgumentException if the text is not Unicode
     * @throws IllegalStateException if the handle is closed
     */
    public String update(String update) {
        byte[] text = Text.utf8("update", update);
        return answer((open, response, error) -> Abi.lifestage_handle_update(open, text, text.length, response, error));
    }

    /**
     * Asks what it knows: one JSON text in, one out.
     *
     * @param query what it is asked, a JSON object
     * @return the answer, canonical JSON
     * @throws LifestageException with all faults of the query
     * @throws IllegalArgumentException if the text is not Unicode
     * @throws IllegalStateException if the handle is closed
     */
    public String query(String query) {
        byte[] text = Text.utf8("query", query);
        return answer((open, response, error) -> Abi.lifestage_handle_query(open, text, text.length, response, error));
    }

    /**
     * The state as a text, for {@link Engine#restoreHandle} or another handle's update; equal states are equal texts. It
     * holds what the handle was told, ids of customers among it.
     *
     * @return the state
     * @throws IllegalStateException if the handle is closed
     */
    public String serialise() {
        return answer(Abi::lifestage_handle_serialise);
    }

    /** Frees the state, once calls under way in other threads have ended. Closing it again does nothing. */
    @Override
    public void close() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            Abi.lifestage_handle_free(handle);
            handle = 0;
        } finally {
            writing.unlock();
        }
    }

    private String answer(Verb verb) {
        long[] response = new long[1];
        long[] error = new long[1];
        Lock reading = lock.readLock();
        reading.lock();
        try {
            if (handle == 0) {
                throw new IllegalStateException("the handle is closed");
            }
            LifestageException.check(verb.call(handle, response, error), error);
        } finally {
            reading.unlock();
        }
        return Text.take(response[0]);
    }

    /** A call on an open handle. */
    private interface Verb {
        int call(long handle, long[] outResponse, long[] outError);
    }
}
