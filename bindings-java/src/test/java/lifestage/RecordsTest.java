package lifestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.GregorianCalendar;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a host's maps may hold, and what is said of the rest; what comes of a map. */
class RecordsTest {
    private static final ClassifyOptions AS_OF = ClassifyOptions.asOf(LocalDate.of(2024, 5, 31));
    private static final String A_DAY = "; pass a LocalDate, the day that it is where you are";

    private static Engine engine;

    @BeforeAll
    static void open() {
        engine = Engine.of("china-telecom");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static Map<String, Object> leaving() {
        Map<String, Object> record = new HashMap<>();
        record.put("status", "active");
        record.put("tenure_months", 26);
        record.put("fee_11", new BigDecimal("92.00"));
        record.put("fee_12", new BigDecimal("74.00"));
        record.put("complaints_3m", 3);
        return record;
    }

    private static String json(Object value) {
        return Records.json(Collections.singletonMap("fact", value));
    }

    private static String refused(Object value) {
        Map<String, Object> record = Collections.singletonMap("fact", value);
        return assertThrows(IllegalArgumentException.class, () -> engine.classifyRecord(record, AS_OF))
                .getMessage();
    }

    @Test
    void values_become_json_that_loses_nothing() {
        assertEquals("{\"fact\":null}", json(null));
        assertEquals("{\"fact\":\"桂林\"}", json("桂林"));
        assertEquals("{\"fact\":true}", json(true));
        assertEquals("{\"fact\":9223372036854775807}", json(Long.MAX_VALUE));
        assertEquals("{\"fact\":\"100\"}", json(new BigDecimal("1E+2")));
        assertEquals("{\"fact\":0.5}", json(0.5));
        assertEquals("{\"fact\":\"2024-05-31\"}", json(LocalDate.of(2024, 5, 31)));
        assertEquals("{\"fact\":\"2024-05-31\"}", json(java.sql.Date.valueOf("2024-05-31")));
        assertEquals("{\"fact\":[\"1.50\",null]}", json(Arrays.asList(new BigDecimal("1.50"), null)));
        assertEquals("{\"fact\":[1,2]}", json(new int[] {1, 2}));
    }

    @Test
    void moments_are_refused_since_their_day_depends_on_the_place() {
        assertEquals("record.fact is of type java.sql.Timestamp" + A_DAY, refused(new java.sql.Timestamp(0)));
        assertEquals("record.fact is of type java.util.Date" + A_DAY, refused(new java.util.Date(0)));
        assertEquals("record.fact is of type java.time.LocalDateTime" + A_DAY, refused(LocalDateTime.MIN));
        assertEquals("record.fact is of type java.time.Instant" + A_DAY, refused(Instant.EPOCH));
        assertEquals("record.fact is of type java.util.GregorianCalendar" + A_DAY, refused(new GregorianCalendar()));
    }

    @Test
    void numbers_that_are_none_are_refused_with_their_place() {
        assertEquals("record.fact is NaN; pass null where a number is not known", refused(Double.NaN));
        assertEquals(
                "record.fact[1] is -Infinity; pass null where a number is not known",
                refused(new float[] {1, Float.NEGATIVE_INFINITY}));
    }

    @Test
    void what_no_fact_is_made_of_is_refused_with_what_to_pass() {
        String optional = "record.fact is of type java.util.Optional; pass what it holds, or null: orElse(null)";
        assertEquals(optional, refused(Optional.of(1)));
        String other = refused(Thread.State.NEW);
        assertTrue(other.startsWith("record.fact is of type java.lang.Thread$State; pass a String, "), other);
        Map<?, ?> unnamed = Collections.singletonMap(null, 1);
        assertEquals("record.fact.null is of type null; name facts by texts", refused(unnamed));
    }

    @Test
    void a_decision_names_the_keys_that_are_no_facts() {
        Map<String, Object> record = leaving();
        record.put("tenure_month", 26);
        assertEquals(
                Collections.singletonList("tenure_month"),
                engine.classifyRecord(record, AS_OF).unreadColumns());
    }

    @Test
    void a_decision_is_one_line_without_ids() {
        Map<String, Object> record = leaving();
        record.put("user_id", "u1");
        String line = engine.classifyRecord(record, AS_OF).toString();
        assertTrue(line.startsWith("stage D, tier mid, reasons ["), line);
        assertTrue(line.endsWith("], warnings [EWS-02]"), line);
        record.put("tenure_months", -1);
        line = engine.classifyRecord(record, AS_OF).toString();
        assertTrue(line.startsWith("error INVALID"), line);
        String unknown = engine.classifyRecord(Collections.emptyMap(), AS_OF).toString();
        assertTrue(unknown.startsWith("stage unknown, tier unknown, "), unknown);
    }

    @Test
    void a_decision_is_explained_in_the_language_that_is_asked_for() {
        String english = engine.explain(leaving(), AS_OF, Language.ENGLISH);
        String chinese = engine.explain(leaving(), AS_OF, Language.CHINESE);
        assertTrue(english.contains("EWS-02") && english.contains("Decline"), english);
        assertTrue(chinese.contains("EWS-02") && chinese.contains("衰退"), chinese);
    }

    @Test
    void amounts_are_decimals_or_whole_numbers_of_a_unit_that_is_said() {
        Map<String, Object> fen = leaving();
        fen.put("fee_11", 9200);
        fen.put("fee_12", 7400);
        LifestageException error = assertThrows(LifestageException.class, () -> engine.classifyRecord(fen, AS_OF));
        assertEquals("AMOUNT_WITHOUT_UNIT", error.faults().get(0).code());
        String decided = engine.classifyRecord(leaving(), AS_OF).json();
        assertEquals(decided, engine.classifyRecord(fen, AS_OF.moneyUnit("fen")).json());
        Map<String, Object> minor = leaving();
        minor.keySet().removeAll(Arrays.asList("fee_11", "fee_12"));
        minor.put("fee_minor_11", 9200);
        minor.put("fee_minor_12", 7400);
        assertEquals(decided, engine.classifyRecord(minor, AS_OF).json());
    }
}
