package lifestage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;

/**
 * Replays the vectors that every language shares: {@code cases.tsv} in the folder {@code LIFESTAGE_VECTORS}, or in
 * {@code target/vectors}. The ids of those that passed go to {@code ran-java.txt} beside it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VectorsTest {
    private static final Path FOLDER =
            Paths.get(System.getenv().getOrDefault("LIFESTAGE_VECTORS", "../target/vectors"));

    private final Map<String, Engine> engines = new HashMap<>();
    private final List<String> passed = new ArrayList<>();
    private List<String> lines;

    /** That of the steps that follow the {@code open} or {@code restore} which gave it. */
    private Handle handle;

    @BeforeAll
    void read() throws IOException {
        lines = Files.readAllLines(FOLDER.resolve("cases.tsv"), UTF_8);
    }

    @Test
    void as_many_vectors_are_listed_as_are_announced() {
        assertTrue(lines.size() > 1);
        assertEquals("cases\t" + (lines.size() - 1), lines.get(0));
    }

    @TestFactory
    Stream<DynamicTest> every_vector_is_answered_byte_for_byte() {
        return lines.stream().skip(1).map(line -> {
            String[] fields = line.split("\t", -1);
            return DynamicTest.dynamicTest(fields[0], () -> replay(fields));
        });
    }

    private void replay(String[] fields) {
        assertEquals(6, fields.length);
        assertEquals(fields[3] + "\t" + fields[5], answer(fields[1], fields[2], fields[4]));
        passed.add(fields[0]);
    }

    private String answer(String policy, String operation, String request) {
        try {
            return "ok\t" + called(engines.computeIfAbsent(policy, Engine::of), operation, request);
        } catch (LifestageException error) {
            return "error\t" + error.json();
        }
    }

    /** What the engine answers to an operation, or the handle to a verb. */
    private String called(Engine engine, String operation, String request) {
        if (operation.startsWith("open ")) {
            return opened(() -> engine.openHandle(operation.substring("open ".length()), request));
        }
        switch (operation) {
            case "restore":
                return opened(() -> engine.restoreHandle(request));
            case "update":
                return handle.update(request);
            case "query":
                return handle.query(request);
            case "serialise":
                return handle.serialise();
            case "close":
                return closed();
            default:
                return engine.call(operation, request);
        }
    }

    private String opened(Supplier<Handle> open) {
        closed();
        handle = open.get();
        return "";
    }

    private String closed() {
        if (handle != null) {
            handle.close();
        }
        handle = null;
        return "";
    }

    @AfterAll
    void write_what_ran() throws IOException {
        closed();
        engines.values().forEach(Engine::close);
        Files.write(FOLDER.resolve("ran-java.txt"), passed, UTF_8);
    }
}
