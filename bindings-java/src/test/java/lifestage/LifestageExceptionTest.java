package lifestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LifestageExceptionTest {
    private static LifestageException errorOf(String operation, String request) {
        try (Engine engine = Engine.of("china-telecom")) {
            return assertThrows(LifestageException.class, () -> engine.call(operation, request));
        }
    }

    private static LifestageException errorOf(String policy) {
        return assertThrows(LifestageException.class, () -> Engine.of(policy));
    }

    @Test
    void a_faulty_policy_is_its_authors_to_correct() {
        LifestageException error = errorOf("extends = \"china-telecom\"\nnam = \"guangxi\"\nversion = 7\n");
        assertEquals(LifestageException.Kind.POLICY, error.kind());
        List<String> codes = error.faults().stream().map(Fault::code).collect(Collectors.toList());
        assertEquals(java.util.Arrays.asList("UNKNOWN_KEY", "WRONG_TYPE"), codes);
    }

    @Test
    void a_fault_says_where_it_is_what_was_found_and_what_to_do() {
        Fault fault =
                errorOf("extends = \"china-telecom\"\nversion = 7\n").faults().get(0);
        assertEquals("WRONG_TYPE", fault.code());
        assertEquals("version", fault.path());
        assertEquals("policy", fault.file().get());
        assertEquals(2, fault.line().getAsInt());
        assertEquals(11, fault.column().getAsInt());
        assertEquals("7", fault.found());
        assertEquals("text", fault.expected());
        assertEquals("write a value of the expected type", fault.fix());
        assertEquals(
                "policy:2:11: WRONG_TYPE version: found 7, expected text; write a value of the expected type",
                fault.toString());
    }

    @Test
    void a_fault_in_a_condition_says_which_part_is_meant() {
        String json = "{\"code\": \"UNKNOWN_FACT\", \"path\": \"value.tiers[0].when\", \"span\": [3, 7]}";
        Fault fault = new com.google.gson.Gson().fromJson(json, Fault.class);
        assertEquals(3, fault.spanStart().getAsInt());
        assertEquals(7, fault.spanEnd().getAsInt());
    }

    @Test
    void an_unknown_operation_is_the_callers_to_correct_and_lies_in_no_file() {
        LifestageException error = errorOf("check_polcy", "{}");
        Fault fault = error.faults().get(0);
        assertEquals(LifestageException.Kind.REQUEST, error.kind());
        assertEquals("UNKNOWN_OPERATION", fault.code());
        assertTrue(fault.toString().startsWith("UNKNOWN_OPERATION operation: found check_polcy, "), fault.toString());
        assertFalse(fault.file().isPresent()
                || fault.line().isPresent()
                || fault.column().isPresent());
        assertFalse(fault.spanStart().isPresent() || fault.spanEnd().isPresent());
    }

    @Test
    void empty_texts_are_faults_like_any_other() {
        assertEquals("UNKNOWN_OPERATION", errorOf("", "{}").faults().get(0).code());
        assertEquals("SYNTAX", errorOf("version", "").faults().get(0).code());
        assertEquals(LifestageException.Kind.POLICY, errorOf("").kind());
    }

    @Test
    void messages_are_in_english_and_in_chinese() {
        LifestageException error = errorOf("china-telekom");
        assertTrue(error.getMessage().contains("did you mean `china-telecom`?"), error.getMessage());
        assertEquals(error.getMessage(), error.message(Language.ENGLISH));
        String chinese = error.message(Language.CHINESE);
        assertTrue(chinese.contains("是否应为 `china-telecom`？"), chinese);
        assertThrows(NullPointerException.class, () -> error.message(null));
    }

    @Test
    void the_faults_cannot_be_modified() {
        List<Fault> faults = errorOf("china-telekom").faults();
        assertThrows(UnsupportedOperationException.class, faults::clear);
    }

    @Test
    void an_exception_survives_serialization() throws IOException, ClassNotFoundException {
        LifestageException error = errorOf("china-telekom");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(error);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            LifestageException copy = (LifestageException) in.readObject();
            assertEquals(error.json(), copy.json());
            assertEquals(error.faults().toString(), copy.faults().toString());
            assertEquals(error.message(Language.CHINESE), copy.message(Language.CHINESE));
        }
    }
}
