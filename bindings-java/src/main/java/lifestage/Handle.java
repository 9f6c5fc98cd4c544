package lifestage;

import java.util.Map;

/**
 * State that an engine opened ({@link Engine#openHandle}): told with {@link #update}, asked with {@link #query}, both in
 * batches, too, and serialised, to be restored or merged elsewhere.
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
public final class Handle extends Owned {
    Handle(long handle) {
        super("handle", handle, Abi::lifestage_handle_free);
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
        return Text.take(given(
                (open, response, error) -> Abi.lifestage_handle_update(open, text, text.length, response, error)));
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
        return Text.take(
                given((open, response, error) -> Abi.lifestage_handle_query(open, text, text.length, response, error)));
    }

    /**
     * Tells it named tables, such as what {@link Engine#callBatch} decided.
     *
     * <pre>{@code
     * try (Tables result = engine.callBatch("classify", singletonMap("view", view), "{\"as_of\": \"2024-05-31\"}");
     *         TableStream decisions = result.take("decisions");
     *         Tables told = customers.updateBatch(singletonMap("decisions", decisions), "{}");
     *         Batch rejects = told.next("rejects")) {
     *     System.out.println(rejects.rows() + " rows do not count");
     * }
     * }</pre>
     *
     * @param tables the tables by name; {@code list_handles} names them, and those of the answer. They are read to their end
     *     in this call
     * @param params the parameters, a JSON object; so far there are none: {@code {}}
     * @return what became of them, such as {@code rejects} and {@code report}; close it
     * @throws LifestageException with all faults of tables or parameters; the state is as before
     * @throws IllegalArgumentException if a text is not Unicode
     * @throws IllegalStateException if the handle is closed
     */
    public Tables updateBatch(Map<String, ? extends Table> tables, String params) {
        return answered(tables, params, 0, Abi::lifestage_handle_update_batch);
    }

    /**
     * Tells it named tables, in a call that can be stopped.
     *
     * @param tables the tables by name
     * @param params the parameters, a JSON object
     * @param cancel stops this call
     * @return what became of them; close it
     * @throws LifestageException with all faults of tables or parameters, or if the call was cancelled; the state is as
     *     before
     * @throws IllegalArgumentException if a text is not Unicode
     * @throws IllegalStateException if the handle or {@code cancel} is closed
     */
    public Tables updateBatch(Map<String, ? extends Table> tables, String params, Cancel cancel) {
        return cancel.with(open -> answered(tables, params, open, Abi::lifestage_handle_update_batch));
    }

    /**
     * Asks what it knows, which comes back as named tables.
     *
     * <pre>{@code
     * try (Tables answer = customers.queryBatch(emptyMap(), "{}");
     *         Batch batch = answer.next("customers")) {
     *     System.out.println(batch.column("stage").text(0));
     * }
     * }</pre>
     *
     * @param tables the tables that the query takes, by name; {@code list_handles} names them, and those of the answer
     * @param params the parameters, a JSON object; so far there are none: {@code {}}
     * @return the answer, such as {@code customers} and {@code report}, which later updates do not change; close it
     * @throws LifestageException with all faults of tables or parameters
     * @throws IllegalArgumentException if a text is not Unicode
     * @throws IllegalStateException if the handle is closed
     */
    public Tables queryBatch(Map<String, ? extends Table> tables, String params) {
        return answered(tables, params, 0, Abi::lifestage_handle_query_batch);
    }

    /**
     * Asks what it knows, in a call that can be stopped.
     *
     * @param tables the tables that the query takes, by name
     * @param params the parameters, a JSON object
     * @param cancel stops this call
     * @return the answer, which later updates do not change; close it
     * @throws LifestageException with all faults of tables or parameters, or if the call was cancelled
     * @throws IllegalArgumentException if a text is not Unicode
     * @throws IllegalStateException if the handle or {@code cancel} is closed
     */
    public Tables queryBatch(Map<String, ? extends Table> tables, String params, Cancel cancel) {
        return cancel.with(open -> answered(tables, params, open, Abi::lifestage_handle_query_batch));
    }

    private Tables answered(Map<String, ? extends Table> tables, String params, long cancel, Verb verb) {
        byte[] text = Text.utf8("params", params);
        return with(handle -> Tables.answered(
                tables, (taken, answer, error) -> verb.call(handle, taken, text, text.length, cancel, answer, error)));
    }

    /**
     * The state as a text, for {@link Engine#restoreHandle} or another handle's update; equal states are equal texts. It
     * holds what the handle was told, ids of customers among it.
     *
     * @return the state
     * @throws IllegalStateException if the handle is closed
     */
    public String serialise() {
        return Text.take(given(Abi::lifestage_handle_serialise));
    }

    /** A function of the C ABI that takes tables, and gives some or an error. */
    private interface Verb {
        int call(
                long handle,
                long tables,
                byte[] params,
                long paramsLen,
                long cancel,
                long[] outTables,
                long[] outError);
    }
}
