package lifestage;

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
     * The state as a text, for {@link Engine#restoreHandle} or another handle's update; equal states are equal texts. It
     * holds what the handle was told, ids of customers among it.
     *
     * @return the state
     * @throws IllegalStateException if the handle is closed
     */
    public String serialise() {
        return Text.take(given(Abi::lifestage_handle_serialise));
    }
}
