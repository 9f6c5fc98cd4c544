package lifestage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Decisions about columns are those about records, and what is wrong with columns has a name. */
class ColumnsTest {
    private static final LocalDate AS_OF = LocalDate.of(2024, 5, 31);
    private static final String[] STATUSES = {"prospect", "active", "suspended", "terminated"};

    private static Engine engine;

    @BeforeAll
    static void open() {
        engine = Engine.of("china-telecom");
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    private static ClassifyOptions options() {
        return ClassifyOptions.asOf(AS_OF);
    }

    /** Made-up customers, the same on every run: as columns, and each as a record. */
    private static final class Customers {
        private final int rows;
        private final List<Map<String, Object>> records = new ArrayList<>();
        private final String[] ids;
        private final byte[] status;
        private final int[] tenure;
        private final boolean[] hasTenure;
        private final long[] fee;
        private final boolean[] hasFee;
        private final byte[] complaints;
        private final LocalDate[] agreement;
        private final String[][] products;

        Customers(int rows) {
            this.rows = rows;
            ids = new String[rows];
            status = new byte[rows];
            tenure = new int[rows];
            hasTenure = new boolean[rows];
            fee = new long[rows * 12];
            hasFee = new boolean[rows * 12];
            complaints = new byte[rows];
            agreement = new LocalDate[rows];
            products = new String[rows][];
            Random random = new Random(7);
            for (int row = 0; row < rows; row++) {
                records.add(customer(row, random));
            }
        }

        private Map<String, Object> customer(int row, Random random) {
            ids[row] = "用户" + row;
            status[row] = (byte) random.nextInt(4);
            hasTenure[row] = random.nextInt(20) > 0;
            // Some rows break the contract.
            tenure[row] = random.nextInt(50) - 1;
            complaints[row] = (byte) random.nextInt(5);
            agreement[row] = random.nextInt(3) > 0 ? AS_OF.plusDays(random.nextInt(200)) : null;
            products[row] = random.nextInt(3) > 0 ? new String[] {"cdma", "adsl"} : null;
            List<BigDecimal> fees = new ArrayList<>();
            long level = 2000 + random.nextInt(20000);
            for (int month = row * 12; month < (row + 1) * 12; month++) {
                level = level * (90 + random.nextInt(15)) / 100;
                fee[month] = level;
                hasFee[month] = random.nextInt(60) > 0;
                fees.add(hasFee[month] ? BigDecimal.valueOf(level, 2) : null);
            }
            Map<String, Object> record = new HashMap<>();
            record.put("user_id", ids[row]);
            record.put("status", STATUSES[status[row]]);
            record.put("tenure_months", hasTenure[row] ? tenure[row] : null);
            record.put("fee", fees);
            record.put("complaints_3m", complaints[row]);
            record.put("agreement_ends_on", agreement[row]);
            record.put("products", products[row]);
            return record;
        }

        Columns columns() {
            return new Columns()
                    .utf8("user_id", ids)
                    .codes("status", status, STATUSES)
                    .int32("tenure_months", tenure)
                    .present("tenure_months", hasTenure)
                    .series("fee", fee, 2)
                    .present("fee", hasFee)
                    .uint8("complaints_3m", complaints)
                    .date32("agreement_ends_on", agreement)
                    .utf8Lists("products", products);
        }
    }

    @Test
    void decisions_about_columns_are_those_about_records() {
        Customers customers = new Customers(300);
        int broken = 0;
        try (Batch batch = engine.classify(customers.columns(), options())) {
            assertEquals(customers.rows, batch.rows());
            Map<String, Column> columns = new HashMap<>();
            batch.names().forEach(name -> columns.put(name, batch.column(name)));
            for (int row = 0; row < customers.rows; row++) {
                Decision decision = engine.classifyRecord(customers.records.get(row), options());
                broken += assertEqualTo(decision, columns, row) ? 0 : 1;
            }
        }
        assertTrue(broken > 0 && broken < 50, broken + " broken");
    }

    /** Gives whether the row keeps the contract. */
    private static boolean assertEqualTo(Decision decision, Map<String, Column> columns, int row) {
        String id = columns.get("user_id").text(row);
        assertEquals("用户" + row, id);
        assertEquals(decision.stage(), Optional.ofNullable(columns.get("stage").text(row)), id);
        assertEquals(decision.tier(), Optional.ofNullable(columns.get("tier").text(row)), id);
        assertEquals(decision.reasons(), columns.get("reasons").texts(row), id);
        assertEquals(decision.warnings(), columns.get("warnings").texts(row), id);
        assertEquals(decision.insufficient(), columns.get("insufficient").texts(row), id);
        assertEquals(decision.shadow(), columns.get("shadow").texts(row), id);
        assertEquals(
                decision.warnings().size(),
                Long.bitCount(columns.get("warnings_mask").integer(row)));
        assertEquals(
                decision.error().map(Fault::code),
                Optional.ofNullable(columns.get("error.code").text(row)));
        assertEquals(
                decision.error().map(Fault::found),
                Optional.ofNullable(columns.get("error.found").text(row)));
        return !decision.error().isPresent();
    }

    @Test
    void only_the_columns_that_are_asked_for_are_computed() {
        Customers customers = new Customers(3);
        try (Batch batch = engine.classify(customers.columns(), options().columns("tier", "stage"))) {
            assertEquals(Arrays.asList("stage", "tier"), batch.names());
            assertEquals(ColumnType.UINT8, batch.column("stage").type());
            assertEquals(engine.policyDigest(), batch.metadata("lifestage.digest"));
            assertNull(batch.metadata("lifestage.none"));
            LifestageException error = assertThrows(LifestageException.class, () -> batch.column("reasons"));
            assertEquals("UNKNOWN_COLUMN", error.faults().get(0).code());
        }
    }

    @Test
    void a_result_says_which_policy_version_day_and_rules_it_is_of_and_what_it_did_not_read() {
        Columns view =
                new Columns().utf8("user_id", "u1").int32("shoe_size", 43).int32("tenure_month", 26);
        try (Batch batch = engine.classify(view, options())) {
            assertEquals(engine.policyDigest(), batch.metadata("lifestage.digest"));
            assertEquals(Engine.version(), batch.metadata("lifestage.version"));
            assertEquals("2024-05-31", batch.metadata("lifestage.as_of"));
            assertEquals("[\"shoe_size\",\"tenure_month\"]", batch.metadata("lifestage.unread_columns"));
            assertEquals("{\"tenure_month\":\"tenure_months\"}", batch.metadata("lifestage.misspelt_columns"));
            String rules = batch.metadata("lifestage.rules");
            assertTrue(rules.startsWith("[\"EWS-"), rules);
        }
    }

    @Test
    void options_are_not_changed_by_what_is_made_of_them() {
        ClassifyOptions plain = options();
        plain.moneyUnit("fen").strict().append().columns("stage").evidence();
        assertEquals(Collections.singletonMap("as_of", AS_OF), plain.byName());
    }

    @Test
    void a_result_is_read_batch_by_batch_and_outlives_its_engine() {
        Engine closed = engine.withThreads(1);
        Map<String, Columns> tables = Collections.singletonMap("view", new Customers(9).columns());
        try (Tables result = closed.callBatch("classify", tables, "{\"as_of\":\"2024-05-31\"}")) {
            closed.close();
            assertEquals(Collections.singletonList("decisions"), result.names());
            try (Batch batch = result.next("decisions")) {
                assertEquals(9, batch.rows());
            }
            assertNull(result.next("decisions"));
        }
    }

    @Test
    void the_number_of_threads_changes_no_decision() {
        Customers customers = new Customers(40_000);
        List<long[]> masks = new ArrayList<>();
        for (int threads = 1; threads <= 2; threads++) {
            try (Engine on = engine.withThreads(threads);
                    Batch batch = on.classify(customers.columns(), options().columns("warnings_mask"))) {
                assertEquals(threads, on.threads());
                Column column = batch.column("warnings_mask");
                long[] mask = new long[column.rows()];
                Arrays.setAll(mask, column::integer);
                masks.add(mask);
            }
        }
        assertTrue(Arrays.equals(masks.get(0), masks.get(1)));
        assertThrows(LifestageException.class, () -> engine.withThreads(0));
        assertThrows(LifestageException.class, () -> engine.withThreads(-1));
    }

    @Test
    void every_kind_of_column_goes_in_and_comes_out() {
        Columns view = new Columns()
                .utf8("user_id", "用户0", null)
                .codes("status", new byte[] {1, 0}, "suspended", "active")
                .bool("in_relocation_area", true, false)
                .float64("first_bill", 12.34, 56.78)
                .int64("local_fee_minor_12", 1234, 5678)
                .present("local_fee_minor_12", true, false)
                .decimal64("fee_12", new long[] {-1234, 5678}, 2)
                .uint8("tenure_months", (byte) 200, (byte) 7)
                .date32("agreement_ends_on", AS_OF, null)
                .series("minutes", new long[24], 0)
                .utf8Lists("products", new String[] {"cdma", "adsl"}, null);
        try (Batch batch = engine.classify(view, options().append().columns("warnings"))) {
            assertEquals("用户0", batch.column("user_id").text(0));
            assertNull(batch.column("user_id").text(1));
            assertEquals("active", batch.column("status").text(0));
            assertEquals("suspended", batch.column("status").text(1));
            assertEquals(1, batch.column("in_relocation_area").integer(0));
            assertEquals(56.78, batch.column("first_bill").number(1));
            assertEquals(1234, batch.column("local_fee_minor_12").integer(0));
            assertFalse(batch.column("local_fee_minor_12").has(1));
            assertEquals(new BigDecimal("-12.34"), batch.column("fee_12").decimal(0));
            assertEquals(200, batch.column("tenure_months").integer(0));
            assertEquals(AS_OF, batch.column("agreement_ends_on").date(0));
            assertNull(batch.column("agreement_ends_on").date(1));
            assertEquals(12, batch.column("minutes").start(1));
            assertEquals(24, batch.column("minutes").end(1));
            assertEquals(Arrays.asList("cdma", "adsl"), batch.column("products").texts(0));
            assertNull(batch.column("products").texts(1));
        }
    }

    @Test
    void faults_of_columns_are_thrown_by_name() {
        LifestageException error = assertThrows(
                LifestageException.class,
                () -> engine.classify(new Columns().utf8("user_id", "u1").int32("tenure_months", 1, 2), options()));
        assertEquals("INVALID_COLUMN", error.faults().get(0).code());
        assertEquals("view.tenure_months.rows", error.faults().get(0).path());
        error = assertThrows(
                LifestageException.class,
                () -> engine.classify(new Columns().codes("status", new byte[] {1}, "active"), options()));
        assertEquals("view.status.values", error.faults().get(0).path());
        Columns fees = new Columns().int64("fee_12", 7350);
        error = assertThrows(LifestageException.class, () -> engine.classify(fees, options()));
        assertEquals("AMOUNT_WITHOUT_UNIT", error.faults().get(0).code());
        engine.classify(fees, options().moneyUnit("fen")).close();
    }

    @Test
    void a_row_that_breaks_the_contract_refuses_a_strict_call() {
        Columns view = new Columns().int32("tenure_months", -1);
        LifestageException error = assertThrows(
                LifestageException.class, () -> engine.classify(view, options().strict()));
        assertEquals("view[0].tenure_months", error.faults().get(0).path());
    }

    @Test
    void columns_that_contradict_themselves_are_refused_at_once() {
        Columns view = new Columns().int32("tenure_months", 1, 2);
        assertThrows(IllegalArgumentException.class, () -> view.series("fee", new long[13], 2));
        assertThrows(IllegalArgumentException.class, () -> view.present("tenure_months", true));
        assertThrows(IllegalArgumentException.class, () -> view.present("fee", true, true));
        assertThrows(IllegalArgumentException.class, () -> view.int32("fee\0", 1, 2));
        assertThrows(IllegalArgumentException.class, () -> view.utf8("user_id", "u\uD83C"));
    }

    @Test
    void a_column_that_is_read_as_what_it_is_not_says_so() {
        try (Batch batch = engine.classify(new Customers(1).columns(), options())) {
            Column stage = batch.column("stage");
            assertThrows(IllegalStateException.class, () -> stage.decimal(0));
            assertThrows(IllegalStateException.class, () -> stage.date(0));
            assertThrows(IllegalStateException.class, stage::items);
            assertThrows(IndexOutOfBoundsException.class, () -> stage.has(1));
            assertThrows(
                    NoSuchElementException.class,
                    () -> batch.column("months_since_exit").integer(0));
        }
    }

    @Test
    void lists_of_texts_are_read_from_lists_only() {
        Columns view = new Columns()
                .utf8("user_id", "u1", null)
                .utf8Lists("products", null, new String[] {"cdma", null})
                .series("fee", new long[24], 2);
        try (Batch batch = engine.classify(view, options().append().columns("stage"))) {
            Column id = batch.column("user_id");
            assertEquals("a column of UTF8 has no list of texts", message(() -> id.texts(0)));
            assertThrows(IllegalStateException.class, () -> id.texts(1));
            assertThrows(IllegalStateException.class, () -> id.start(0));
            assertThrows(IllegalStateException.class, () -> id.end(0));
            assertThrows(
                    IllegalStateException.class, () -> batch.column("stage").texts(0));
            assertThrows(IllegalStateException.class, () -> batch.column("fee").texts(0));
            Column products = batch.column("products");
            assertNull(products.texts(0));
            assertEquals(Arrays.asList("cdma", null), products.texts(1));
            assertThrows(IndexOutOfBoundsException.class, () -> products.texts(2));
            assertThrows(IndexOutOfBoundsException.class, () -> products.end(-1));
        }
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(IllegalStateException.class, call).getMessage();
    }

    /** Dated facts become the view, and the view becomes decisions. */
    @Test
    void the_view_of_dated_facts_is_classified() {
        Map<String, Columns> facts = new HashMap<>();
        facts.put(
                "users",
                new Columns()
                        .utf8("user_id", "u1", "u2")
                        .date32("activated_on", LocalDate.of(2020, 1, 1), LocalDate.of(2024, 3, 18)));
        facts.put(
                "bills",
                new Columns()
                        .utf8("user_id", "u1", "u1", "u2", "nobody")
                        .utf8("month", "2024-05", "2024-04", "2024-05", "2024-05")
                        .decimal64("fee", new long[] {7400, 9200, 15050, 1}, 2));
        String asOf = "{\"as_of\":\"2024-05-31\"}";
        try (Tables built = engine.callBatch("build_view", facts, asOf)) {
            assertEquals(Arrays.asList("counts", "rejects", "view"), built.names());
            try (Batch rejects = built.next("rejects")) {
                assertEquals("bills", rejects.column("table").text(0));
                assertEquals(3, rejects.column("row").integer(0));
            }
            try (TableStream view = built.take("view");
                    Tables decided = engine.callBatch(
                            "classify",
                            Collections.singletonMap("view", view),
                            "{\"as_of\":\"2024-05-31\",\"append\":true}");
                    Batch batch = decided.next("decisions")) {
                assertEquals("C", batch.column("stage").text(0));
                assertEquals("B", batch.column("stage").text(1));
                Column fee = batch.column("fee");
                assertEquals(new BigDecimal("92.00"), fee.items().decimal(fee.end(0) - 2));
                assertThrows(
                        IllegalStateException.class,
                        () -> engine.callBatch("classify", Collections.singletonMap("view", view), asOf));
            }
            LifestageException error = assertThrows(LifestageException.class, () -> built.take("view"));
            assertEquals("tables.view", error.faults().get(0).path());
            built.take("counts").close();
        }
    }

    @Test
    void no_rows_give_no_rows() {
        try (Batch batch = engine.classify(new Customers(0).columns(), options())) {
            assertEquals(0, batch.rows());
            assertEquals(0, batch.column("reasons").rows());
            assertThrows(
                    IndexOutOfBoundsException.class, () -> batch.column("stage").has(0));
        }
        try (Batch batch = engine.classify(new Columns(), options())) {
            assertEquals(0, batch.rows());
        }
    }

    @Test
    void a_cancelled_call_ends() {
        Map<String, Columns> tables = Collections.singletonMap("view", new Customers(9).columns());
        try (Cancel cancel = new Cancel();
                Tables result = engine.callBatch("classify", tables, "{\"as_of\":\"2024-05-31\"}", cancel)) {
            cancel.cancel();
            LifestageException error = assertThrows(LifestageException.class, () -> result.next("decisions"));
            assertEquals("CANCELLED", error.faults().get(0).code());
        }
    }

    @Test
    void columns_that_are_closed_serve_the_results_that_are_open_and_no_others() {
        Columns view = new Columns().utf8("user_id", "u1");
        try (Batch batch = engine.classify(view, options())) {
            view.close();
            view.close();
            assertEquals("u1", batch.column("user_id").text(0));
        }
        Exception error = assertThrows(IllegalStateException.class, () -> engine.classify(view, options()));
        assertEquals("the columns are closed", error.getMessage());
    }

    @Test
    void a_closed_result_is_refused() {
        Map<String, Columns> tables = Collections.singletonMap("view", new Customers(1).columns());
        Tables result = engine.callBatch("classify", tables, "{\"as_of\":\"2024-05-31\"}");
        Batch batch = result.next("decisions");
        result.close();
        result.close();
        Exception error = assertThrows(IllegalStateException.class, () -> result.next("decisions"));
        assertEquals("the result is closed", error.getMessage());
        assertEquals(1, batch.column("user_id").rows());
        batch.close();
        assertThrows(IllegalStateException.class, () -> batch.column("user_id"));
    }
}
