package lifestage;

import com.google.gson.Gson;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A policy made ready to decide.
 *
 * <p>An engine is immutable: any number of threads may share it, and one is enough for a process and a policy. It holds
 * memory outside the Java heap until {@link #close()}, which no finalizer calls: open it in a try-with-resources
 * statement, or close it when the service stops.
 *
 * <pre>{@code
 * try (Engine engine = Engine.of("china-telecom")) {
 *     System.out.println(engine.call("check_policy", request));
 * }
 * }</pre>
 */
public final class Engine implements AutoCloseable {
    // Calls read the handle, close() writes it: so it waits for the calls that are under way.
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long handle;

    private Engine(long handle) {
        this.handle = handle;
    }

    /**
     * Opens an engine for a policy.
     *
     * @param policy name of a shipped policy, such as {@code china-telecom}, or a policy document (TOML or JSON); a
     *     document may extend shipped policies only
     * @return the engine; close it
     * @throws LifestageException with all faults of the policy
     * @throws IllegalArgumentException if the text is not Unicode
     */
    public static Engine of(String policy) {
        byte[] text = Text.utf8("policy", policy);
        long[] engine = new long[1];
        long[] error = new long[1];
        LifestageException.check(Abi.lifestage_engine_new(text, text.length, engine, error), error);
        return new Engine(engine[0]);
    }

    /**
     * Opens an engine for a policy document in a file. What the document extends is a shipped policy or a file in the
     * same directory, by its file name.
     *
     * @param path path of the document (TOML or JSON, UTF-8); faults name the files as they are given here
     * @return the engine; close it
     * @throws LifestageException if a file cannot be read, or with all faults of the policy
     * @throws UnsupportedOperationException if the path is not one of the default file system
     */
    public static Engine open(Path path) {
        byte[] text = Text.utf8("path", path.toFile().getPath());
        long[] engine = new long[1];
        long[] error = new long[1];
        LifestageException.check(Abi.lifestage_engine_open(text, text.length, engine, error), error);
        return new Engine(engine[0]);
    }

    /**
     * Calls an operation: one JSON text in, one out.
     *
     * @param operation the operation's name, such as {@code check_policy}; {@code list_operations} lists all of them
     *     with the JSON Schemas of their requests and responses
     * @param request the request, a JSON object
     * @return the response, canonical JSON
     * @throws LifestageException if there is no such operation, or with all faults of the request
     * @throws IllegalArgumentException if a text is not Unicode
     * @throws IllegalStateException if the engine is closed
     */
    public String call(String operation, String request) {
        byte[] name = Text.utf8("operation", operation);
        byte[] text = Text.utf8("request", request);
        return Text.take(given((engine, response, error) ->
                Abi.lifestage_engine_call(engine, name, name.length, text, text.length, response, error)));
    }

    /**
     * Opens a handle, which has state.
     *
     * @param name what kind of handle, such as {@code customers}; the operation {@code list_handles} lists all kinds with
     *     the JSON Schemas of their parameters, updates and queries
     * @param params what it is opened with, a JSON object
     * @return the handle; close it
     * @throws LifestageException if there is no such handle, or with all faults of the parameters
     * @throws IllegalArgumentException if a text is not Unicode
     * @throws IllegalStateException if the engine is closed
     */
    public Handle openHandle(String name, String params) {
        byte[] kind = Text.utf8("name", name);
        byte[] text = Text.utf8("params", params);
        return new Handle(given((engine, opened, error) ->
                Abi.lifestage_handle_open(engine, kind, kind.length, text, text.length, opened, error)));
    }

    /**
     * Opens a handle with a state that {@link Handle#serialise} gave; the state says what kind of handle it is.
     *
     * @param state the state, unchanged
     * @return the handle; close it
     * @throws LifestageException if the text is not a state of this version of lifestage, or another policy made it
     * @throws IllegalArgumentException if the text is not Unicode
     * @throws IllegalStateException if the engine is closed
     */
    public Handle restoreHandle(String state) {
        byte[] text = Text.utf8("state", state);
        return new Handle(given(
                (engine, opened, error) -> Abi.lifestage_handle_restore(engine, text, text.length, opened, error)));
    }

    /**
     * The policy's name.
     *
     * @return such as {@code china-telecom}
     * @throws IllegalStateException if the engine is closed
     */
    public String policyName() {
        return answering().policy;
    }

    /**
     * The policy's digest, which tells two policies apart whatever they are called.
     *
     * @return SHA-256 of the effective policy in canonical form, in hexadecimal digits
     * @throws IllegalStateException if the engine is closed
     */
    public String policyDigest() {
        return answering().digest;
    }

    /**
     * Version of the library that is loaded.
     *
     * @return such as {@code 0.1.0}
     */
    public static String version() {
        return Text.of(Abi.lifestage_version());
    }

    /** Frees the engine, once calls under way in other threads have ended. Closing it again does nothing. */
    @Override
    public void close() {
        Lock writing = lock.writeLock();
        writing.lock();
        try {
            Abi.lifestage_engine_free(handle);
            handle = 0;
        } finally {
            writing.unlock();
        }
    }

    private Answering answering() {
        return new Gson().fromJson(call("version", "{}"), Answering.class);
    }

    /** What a call on the open engine gives. */
    private long given(Call call) {
        long[] output = new long[1];
        long[] error = new long[1];
        Lock reading = lock.readLock();
        reading.lock();
        try {
            if (handle == 0) {
                throw new IllegalStateException("the engine is closed");
            }
            LifestageException.check(call.call(handle, output, error), error);
        } finally {
            reading.unlock();
        }
        return output[0];
    }

    /** A call on an open engine. */
    private interface Call {
        int call(long engine, long[] output, long[] error);
    }

    /** Of the response of the operation {@code version}, what stands for the policy. */
    private static final class Answering {
        private String policy;
        private String digest;
    }
}
