package lifestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
}
