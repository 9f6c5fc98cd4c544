package lifestage;

import com.google.gson.Gson;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;

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
public final class Engine extends Owned {
    private Engine(long handle) {
        super("engine", handle, Abi::lifestage_engine_free);
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
     * Decides about one user or prospect.
     *
     * @param record the facts by name: texts, numbers, {@code Boolean}, {@code LocalDate} or {@code java.sql.Date} for dates,
     *     collections or arrays of them for months, null where one is not known. An amount such as {@code fee_12} is a
     *     {@code BigDecimal}, or a whole number with {@link ClassifyOptions#moneyUnit}; {@code fee_minor_12} is a whole number
     *     of fen
     * @param options the day, and what else is to be said
     * @return the decision; a record that breaks the contract gets an error and no stage
     * @throws LifestageException if an option is refused, or an amount whose unit is not said
     * @throws IllegalArgumentException if a value is none of these; it names the key and says what to pass
     * @throws IllegalStateException if the engine is closed
     */
    public Decision classifyRecord(Map<String, ?> record, ClassifyOptions options) {
        return Decision.of(call("classify_record", Records.json(request(record, options))));
    }

    /**
     * Decides about one user or prospect and says why, for people: the stage and its reasons, the warnings with what was
     * observed, and what would have to be known. The operation {@code explain} gives the full trace as data, too.
     *
     * @param record the facts by name, as for {@link #classifyRecord}
     * @param options the day and, if whole amounts are given, their unit
     * @param language in which language
     * @return the text, of several lines
     * @throws LifestageException if an option is refused, or an amount whose unit is not said
     * @throws IllegalArgumentException if a value is of a kind that no fact has
     * @throws IllegalStateException if the engine is closed
     */
    public String explain(Map<String, ?> record, ClassifyOptions options, Language language) {
        Map<String, Object> request = request(record, options);
        request.put("language", Objects.requireNonNull(language, "language").code);
        return new Gson().fromJson(call("explain", Records.json(request)), Explanation.class).text;
    }

    private static Map<String, Object> request(Map<String, ?> record, ClassifyOptions options) {
        Map<String, Object> request = options.byName();
        request.put("record", Objects.requireNonNull(record, "record"));
        return request;
    }

    /**
     * Decides about a table of users and prospects.
     *
     * @param view the facts by column
     * @param options the day, and what else is to be said
     * @return one row out for each row in, in the same order; close it
     * @throws LifestageException if columns or options are refused; with {@link ClassifyOptions#strict}, if a row breaks the
     *     contract or a column is misspelt
     * @throws IllegalStateException if the engine is closed
     */
    public Batch classify(Columns view, ClassifyOptions options) {
        String params = Records.json(options.byName());
        try (Tables result = callBatch("classify", Collections.singletonMap("view", view), params)) {
            return result.next("decisions");
        }
    }

    /**
     * Calls a batch operation: named tables in, named tables out.
     *
     * @param operation the operation's name, such as {@code classify}; {@code list_operations} lists all of them with their
     *     tables and the JSON Schema of their parameters
     * @param tables the tables by name
     * @param params the parameters, a JSON object
     * @return the result, computed as it is read; close it
     * @throws LifestageException if there is no such operation, or with all faults of tables or parameters
     * @throws IllegalArgumentException if a text is not Unicode
     * @throws IllegalStateException if the engine is closed
     */
    public Tables callBatch(String operation, Map<String, ? extends Table> tables, String params) {
        return callBatch(operation, tables, params, 0);
    }

    /**
     * Calls a batch operation that can be stopped.
     *
     * @param operation the operation's name
     * @param tables the tables by name
     * @param params the parameters, a JSON object
     * @param cancel stops this call and the reading of its result
     * @return the result, computed as it is read; close it
     * @throws LifestageException if there is no such operation, or with all faults of tables or parameters
     * @throws IllegalArgumentException if a text is not Unicode
     * @throws IllegalStateException if the engine or {@code cancel} is closed
     */
    public Tables callBatch(String operation, Map<String, ? extends Table> tables, String params, Cancel cancel) {
        return cancel.with(open -> callBatch(operation, tables, params, open));
    }

    private Tables callBatch(String operation, Map<String, ? extends Table> tables, String params, long cancel) {
        byte[] name = Text.utf8("operation", operation);
        byte[] text = Text.utf8("params", params);
        return with(engine -> Tables.answered(
                tables,
                (taken, result, error) -> Abi.lifestage_engine_call_batch(
                        engine, name, name.length, taken, text, text.length, cancel, result, error)));
    }

    /**
     * Gives an engine of the same policy, which they share, that computes batches on so many threads. Results do not depend
     * on it; an engine that was opened computes on as many as the process may use at a time.
     *
     * @param threads how many, the calling one included
     * @return the engine; close it, as this one
     * @throws LifestageException if there are less than 1
     * @throws IllegalStateException if the engine is closed
     */
    public Engine withThreads(int threads) {
        return new Engine(given((engine, opened, error) ->
                Abi.lifestage_engine_with_threads(engine, Math.max(0, threads), opened, error)));
    }

    /**
     * On how many threads batches are computed, the calling one included.
     *
     * @return 1 or more
     * @throws IllegalStateException if the engine is closed
     */
    public int threads() {
        return with(open -> Math.toIntExact(Abi.lifestage_engine_threads(open)));
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

    private Answering answering() {
        return new Gson().fromJson(call("version", "{}"), Answering.class);
    }

    /** Of the response of the operation {@code explain}, what is for people. */
    private static final class Explanation {
        private String text;
    }

    /** Of the response of the operation {@code version}, what stands for the policy. */
    private static final class Answering {
        private String policy;
        private String digest;
    }
}
