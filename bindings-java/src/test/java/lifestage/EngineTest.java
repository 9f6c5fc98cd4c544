package lifestage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
    private static final String GUANGXI = "# 广西\nextends = \"china-telecom\"\nname = \"广西\"\n";

    private static Path write(Path path, String text) throws IOException {
        return Files.write(path, text.getBytes(UTF_8));
    }

    @Test
    void an_engine_of_a_name_answers_with_that_policy() {
        try (Engine engine = Engine.of("china-telecom")) {
            assertEquals("china-telecom", engine.policyName());
            assertTrue(engine.policyDigest().matches("[0-9a-f]{64}"), engine.policyDigest());
            assertTrue(engine.call("version", "{}").startsWith("{\"version\":\"" + Engine.version() + "\","));
        }
    }

    @Test
    void an_engine_of_a_document_has_its_own_name_and_digest() {
        try (Engine shipped = Engine.of("china-telecom");
                Engine guangxi = Engine.of(GUANGXI)) {
            assertEquals("广西", guangxi.policyName());
            assertNotEquals(shipped.policyDigest(), guangxi.policyDigest());
        }
    }

    @Test
    void the_jar_and_its_library_are_of_one_version() {
        assertEquals(System.getProperty("project.version"), Engine.version());
    }

    @Test
    void texts_cross_as_utf8_whatever_the_platforms_charset_is() {
        assertEquals("US-ASCII", Charset.defaultCharset().name(), "the charset that these tests run under");
        String name = "桂林 🀄 naïve";
        try (Engine engine = Engine.of("extends = \"china-telecom\"\nname = \"" + name + "\"\n")) {
            assertEquals(name, engine.policyName());
        }
    }

    @Test
    void half_of_a_surrogate_pair_is_refused_and_not_replaced() {
        try (Engine engine = Engine.of("china-telecom")) {
            Exception error = assertThrows(
                    IllegalArgumentException.class, () -> engine.call("check_policy", "{\"policy\": \"\uD83C\"}"));
            assertEquals("request has half of a surrogate pair; pass a text that is Unicode", error.getMessage());
            assertThrows(IllegalArgumentException.class, () -> engine.call("\uDC04", "{}"));
            assertThrows(IllegalArgumentException.class, () -> Engine.of("\uD83C\uD83C\uDC04"));
        }
    }

    @Test
    void a_null_text_is_named() {
        try (Engine engine = Engine.of("china-telecom")) {
            assertEquals("policy", message(() -> Engine.of(null)));
            assertEquals("operation", message(() -> engine.call(null, "{}")));
            assertEquals("request", message(() -> engine.call("version", null)));
        }
    }

    private static String message(org.junit.jupiter.api.function.Executable call) {
        return assertThrows(NullPointerException.class, call).getMessage();
    }

    @Test
    void a_closed_engine_is_refused_and_may_be_closed_again() {
        Engine engine = Engine.of("china-telecom");
        engine.close();
        engine.close();
        Exception error = assertThrows(IllegalStateException.class, () -> engine.call("version", "{}"));
        assertEquals("the engine is closed", error.getMessage());
        assertThrows(IllegalStateException.class, engine::policyName);
        assertThrows(IllegalStateException.class, engine::policyDigest);
    }

    @Test
    void a_policy_file_may_extend_one_beside_it(@TempDir Path folder) throws IOException {
        write(folder.resolve("广西.toml"), GUANGXI);
        Path nanning = write(folder.resolve("南宁.toml"), "extends = \"广西.toml\"\nversion = \"7\"\n");
        try (Engine engine = Engine.open(nanning)) {
            assertEquals("广西", engine.policyName());
            assertTrue(engine.call("version", "{}").contains("\"policy_version\":\"7\""));
        }
    }

    @Test
    void a_fault_in_a_policy_file_names_file_line_and_column(@TempDir Path folder) throws IOException {
        Path file = write(folder.resolve("广西.toml"), GUANGXI + "vershun = \"7\"\n");
        Fault fault = assertThrows(LifestageException.class, () -> Engine.open(file))
                .faults()
                .get(0);
        assertEquals("UNKNOWN_KEY", fault.code());
        assertEquals(file.toString(), fault.file().get());
        assertEquals(4, fault.line().getAsInt());
        assertEquals(11, fault.column().getAsInt());
    }

    @Test
    void a_file_that_is_not_there_is_named(@TempDir Path folder) {
        LifestageException error = assertThrows(LifestageException.class, () -> Engine.open(folder.resolve("没有.toml")));
        assertEquals("UNREADABLE_FILE", error.faults().get(0).code());
        assertTrue(error.getMessage().contains("没有.toml"), error.getMessage());
    }

    @Test
    void a_path_of_another_file_system_is_refused(@TempDir Path folder) throws IOException {
        URI archive = URI.create("jar:" + folder.resolve("policies.zip").toUri());
        try (FileSystem zip = FileSystems.newFileSystem(archive, Collections.singletonMap("create", "true"))) {
            assertThrows(UnsupportedOperationException.class, () -> Engine.open(zip.getPath("guangxi.toml")));
        }
    }
}
