package lifestage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

/** What lifestage hands out is freed: 100 times a text of 64 KiB leaves the process no larger. */
class MemoryTest {
    private static final int TIMES = 100;
    private static final long BOUND_KIB = TIMES * 64 / 2;
    private static final String LONG = new String(new char[64 * 1024]).replace('\0', 'x');

    private static long residentKib() throws IOException {
        return Files.readAllLines(Paths.get("/proc/self/status"), UTF_8).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .getAsLong();
    }

    private static void doesNotGrow(Runnable task) throws IOException {
        // By then every class is loaded and compiled; the Java heap has its full size from the beginning.
        for (int time = 0; time < TIMES / 2; time++) {
            task.run();
        }
        long before = residentKib();
        for (int time = 0; time < TIMES; time++) {
            task.run();
        }
        long growth = residentKib() - before;
        assertTrue(growth < BOUND_KIB, growth + " KiB");
    }

    @Test
    void responses_are_freed() throws IOException {
        try (Engine engine = Engine.of("china-telecom")) {
            String request = "{\"policy\": \"x = 1\", \"file\": \"" + LONG + "\"}";
            doesNotGrow(() -> assertTrue(engine.call("check_policy", request).length() > LONG.length()));
        }
    }

    @Test
    void errors_are_freed() throws IOException {
        Path missing = Paths.get(LONG);
        doesNotGrow(() -> {
            LifestageException error = assertThrows(LifestageException.class, () -> Engine.open(missing));
            assertTrue(error.getMessage().length() > LONG.length());
        });
    }

    @Test
    void results_are_freed() throws IOException {
        ClassifyOptions options =
                ClassifyOptions.asOf(LocalDate.of(2024, 5, 31)).append();
        try (Engine engine = Engine.of("china-telecom")) {
            doesNotGrow(() -> {
                try (Columns view = new Columns().utf8("user_id", LONG);
                        Batch batch = engine.classify(view, options)) {
                    assertEquals(LONG, batch.column("user_id").text(0));
                }
            });
        }
    }

    @Test
    void engines_are_freed() throws IOException {
        String policy = "extends = \"china-telecom\"\nname = \"" + LONG + "\"\n";
        doesNotGrow(() -> {
            try (Engine engine = Engine.of(policy)) {
                assertEquals(LONG.length(), engine.policyName().length());
            }
        });
    }
}
