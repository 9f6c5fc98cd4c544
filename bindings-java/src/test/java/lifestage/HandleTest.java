package lifestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HandleTest {
    private static final String GUANGXI = "extends = \"china-telecom\"\nname = \"guangxi\"\n";

    private static String user(int number) {
        return "{\"tables\":{\"decisions\":[{\"user_id\":\"u" + number + "\",\"customer_id\":\"k" + number % 7
                + "\",\"stage\":\"C\"}]}}";
    }

    /** The decisions about users numbered from the first on, who are among seven customers. */
    private static Map<String, Columns> decisions(int first, int count) {
        String[] users = new String[count];
        String[] customers = new String[count];
        for (int row = 0; row < count; row++) {
            users[row] = "u" + (first + row);
            customers[row] = "k" + (first + row) % 7;
        }
        Columns columns = new Columns()
                .utf8("user_id", users)
                .utf8("customer_id", customers)
                .codes("stage", new byte[count], "C");
        return Collections.singletonMap("decisions", columns);
    }

    private static String code(LifestageException error) {
        return error.faults().get(0).code();
    }

    @Test
    void a_handle_is_told_and_asked_and_outlives_its_engine() {
        Engine engine = Engine.of("china-telecom");
        try (Handle customers = engine.openHandle("customers", "{}")) {
            engine.close();
            assertEquals(
                    "{\"tables\":{\"rejects\":[]},\"rows\":1,\"rejected\":0,\"unread_columns\":[]}",
                    customers.update(user(1)));
            String answer = customers.query("{}");
            assertTrue(answer.contains("\"report\":{\"rows\":1,\"rejected\":0,\"customers\":1,"), answer);
        }
    }

    @Test
    void states_merge_in_any_order_and_are_restored_by_their_policy_alone() {
        try (Engine engine = Engine.of("china-telecom");
                Engine other = Engine.of(GUANGXI);
                Handle north = engine.openHandle("customers", "{}");
                Handle south = engine.openHandle("customers", "{}")) {
            north.update(user(1));
            south.update(user(2));
            String first = north.serialise();
            north.update("{\"states\":[" + quoted(south.serialise()) + "]}");
            south.update("{\"states\":[" + quoted(first) + "]}");
            assertEquals(north.serialise(), south.serialise());
            try (Handle restored = engine.restoreHandle(first)) {
                assertEquals(first, restored.serialise());
            }
            assertEquals(
                    "OTHER_POLICY", code(assertThrows(LifestageException.class, () -> other.restoreHandle(first))));
        }
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    @Test
    void what_is_no_handle_parameter_update_or_state_is_refused() {
        try (Engine engine = Engine.of("china-telecom");
                Handle customers = engine.openHandle("customers", "{}")) {
            assertEquals(
                    "UNKNOWN_HANDLE",
                    code(assertThrows(LifestageException.class, () -> engine.openHandle("custmers", "{}"))));
            assertEquals(
                    "MISSING_KEY",
                    code(assertThrows(LifestageException.class, () -> engine.openHandle("stages", "{}"))));
            assertEquals(
                    "INVALID_STATE", code(assertThrows(LifestageException.class, () -> engine.restoreHandle("{}"))));
            assertEquals(
                    "WRONG_TYPE",
                    code(assertThrows(LifestageException.class, () -> customers.update("{\"tables\":7}"))));
            assertThrows(NullPointerException.class, () -> customers.query(null));
        }
    }

    @Test
    void a_closed_handle_and_a_closed_engine_say_so() {
        Engine engine = Engine.of("china-telecom");
        Handle customers = engine.openHandle("customers", "{}");
        customers.close();
        customers.close();
        assertThrows(IllegalStateException.class, () -> customers.update("{}"));
        assertThrows(IllegalStateException.class, () -> customers.query("{}"));
        assertThrows(IllegalStateException.class, () -> customers.updateBatch(decisions(0, 1), "{}"));
        assertThrows(IllegalStateException.class, () -> customers.queryBatch(Collections.emptyMap(), "{}"));
        assertThrows(IllegalStateException.class, customers::serialise);
        engine.close();
        assertThrows(IllegalStateException.class, () -> engine.openHandle("customers", "{}"));
        assertThrows(IllegalStateException.class, () -> engine.restoreHandle("{}"));
    }

    @Test
    void threads_share_a_handle_and_no_update_is_lost() throws InterruptedException {
        try (Engine engine = Engine.of("china-telecom");
                Handle shared = engine.openHandle("customers", "{}");
                Handle alone = engine.openHandle("customers", "{}")) {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            for (int number = 0; number < 200; number++) {
                String update = user(number);
                alone.update(update);
                threads.execute(() -> shared.update(update));
            }
            threads.shutdown();
            assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
            assertEquals(alone.serialise(), shared.serialise());
        }
    }

    @Test
    void a_handle_told_in_batches_knows_what_one_told_in_records_knows() {
        try (Engine engine = Engine.of("china-telecom");
                Handle inRecords = engine.openHandle("customers", "{}");
                Handle inBatches = engine.openHandle("customers", "{}")) {
            for (int number = 0; number < 20; number++) {
                inRecords.update(user(number));
            }
            inBatches.updateBatch(decisions(0, 12), "{}").close();
            try (Tables told = inBatches.updateBatch(decisions(12, 8), "{}");
                    Batch report = told.next("report")) {
                assertEquals(Arrays.asList("rejects", "report"), told.names());
                assertEquals(8, report.column("rows").integer(0));
            }
            assertEquals(inRecords.serialise(), inBatches.serialise());
            try (Tables answer = inBatches.queryBatch(Collections.emptyMap(), "{}");
                    Batch customers = answer.next("customers")) {
                inBatches.updateBatch(decisions(20, 1), "{}").close();
                assertEquals(7, customers.rows());
                assertEquals("k1", customers.column("customer_id").text(1));
                assertEquals("C", customers.column("stage").text(1));
                assertEquals(3, customers.column("users").integer(1));
            }
        }
    }

    @Test
    void decisions_go_from_classify_into_a_handle() {
        Columns view = new Columns().utf8("user_id", "u1", "u2").int32("tenure_months", 3, -1);
        try (Engine engine = Engine.of("china-telecom");
                Handle customers = engine.openHandle("customers", "{}");
                Tables result = engine.callBatch(
                        "classify", Collections.singletonMap("view", view), "{\"as_of\":\"2024-05-31\"}");
                TableStream decisions = result.take("decisions");
                Tables told = customers.updateBatch(Collections.singletonMap("decisions", decisions), "{}");
                Batch rejects = told.next("rejects")) {
            view.close();
            assertEquals(1, rejects.rows());
            assertEquals("INVALID tenure_months", rejects.column("found").text(0));
        }
    }

    @Test
    void an_update_in_batches_that_is_refused_leaves_the_handle_as_it_was() {
        try (Engine engine = Engine.of("china-telecom");
                Handle customers = engine.openHandle("customers", "{}");
                Cancel cancel = new Cancel()) {
            customers.updateBatch(decisions(0, 3), "{}", cancel).close();
            customers.queryBatch(Collections.emptyMap(), "{}", cancel).close();
            String state = customers.serialise();
            Map<String, Columns> misnamed =
                    Collections.singletonMap("decision", decisions(3, 1).get("decisions"));
            LifestageException error =
                    assertThrows(LifestageException.class, () -> customers.updateBatch(misnamed, "{\"as_of\":1}"));
            assertEquals(3, error.faults().size());
            assertEquals("tables.decisions", error.faults().get(0).path());
            assertEquals(
                    "UNKNOWN_KEY",
                    code(assertThrows(LifestageException.class, () -> customers.queryBatch(decisions(3, 1), "{}"))));
            cancel.cancel();
            assertEquals(
                    "CANCELLED",
                    code(assertThrows(
                            LifestageException.class, () -> customers.updateBatch(decisions(3, 1), "{}", cancel))));
            Cancel closed = new Cancel();
            closed.close();
            assertThrows(IllegalStateException.class, () -> customers.updateBatch(decisions(3, 1), "{}", closed));
            assertEquals(state, customers.serialise());
        }
    }

    @Test
    void threads_tell_a_handle_in_batches_and_no_row_is_lost() throws InterruptedException {
        try (Engine engine = Engine.of("china-telecom");
                Handle shared = engine.openHandle("customers", "{}");
                Handle alone = engine.openHandle("customers", "{}")) {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            for (int first = 0; first < 400; first += 20) {
                Map<String, Columns> decisions = decisions(first, 20);
                threads.execute(() -> shared.updateBatch(decisions, "{}").close());
            }
            threads.shutdown();
            assertTrue(threads.awaitTermination(1, TimeUnit.MINUTES));
            alone.updateBatch(decisions(0, 400), "{}").close();
            assertEquals(alone.serialise(), shared.serialise());
        }
    }
}
