package lifestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The methods of Java's own know what the engine's registry knows: no parameter and no field is missing. */
class RegistryTest {
    private static Engine engine;
    private static Operation[] operations;

    @BeforeAll
    static void list() {
        engine = Engine.of("china-telecom");
        operations = new Gson().fromJson(engine.call("list_operations", "{}"), Operation[].class);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    /** An operation as the registry describes it. */
    private static final class Operation {
        private String name;
        private List<String> tables;
        private Schema params;
        private Schema request;
        private Schema response;
    }

    private static final class Schema {
        private Map<String, Object> properties;

        Set<String> names() {
            return new TreeSet<>(properties.keySet());
        }
    }

    private static Operation operation(String name) {
        return Arrays.stream(operations)
                .filter(operation -> operation.name.equals(name))
                .findFirst()
                .get();
    }

    @Test
    void options_have_every_parameter_of_classify_and_classify_record() {
        Set<String> parameters = operation("classify").params.names();
        parameters.addAll(operation("classify_record").request.names());
        parameters.remove("record");
        Map<String, Object> all = ClassifyOptions.asOf(LocalDate.of(2024, 5, 31))
                .moneyUnit("fen")
                .strict()
                .append()
                .columns("stage")
                .evidence()
                .byName();
        assertEquals(parameters, new TreeSet<>(all.keySet()));
    }

    @Test
    void decisions_have_every_field_that_a_host_did_not_give_itself() {
        Set<String> fields = operation("classify_record").response.names();
        fields.removeAll(Arrays.asList("user_id", "customer_id", "status", "months_since_exit"));
        // Of the call as a whole: the answer's JSON has them.
        fields.removeAll(Arrays.asList("evidence", "digest"));
        Set<String> methods = new HashSet<>();
        for (java.lang.reflect.Method method : Decision.class.getDeclaredMethods()) {
            methods.add(method.getName());
        }
        for (String field : fields) {
            assertTrue(methods.contains(camelCase(field)), field);
        }
    }

    private static String camelCase(String name) {
        StringBuilder text = new StringBuilder();
        for (String word : name.split("_")) {
            text.append(text.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return text.toString();
    }

    @Test
    void classify_names_the_tables_of_its_operation() {
        assertEquals(Collections.singletonList("view"), operation("classify").tables);
    }
}
