package lifestage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a host on a platform that the jar does not serve sees, and can do: in Java processes of their own. */
class LoadingTest {
    private static final String NAME = System.mapLibraryName("lifestage");

    /** lifestage without a native library. */
    @TempDir
    private Path classes;

    /** A program of the host. */
    static final class PrintVersion {
        public static void main(String[] args) {
            System.out.println(Engine.version());
        }
    }

    @BeforeEach
    void copy_classes() throws IOException, URISyntaxException {
        Path folder = Files.createDirectory(classes.resolve("lifestage"));
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(home(Engine.class).resolve("lifestage"))) {
            for (Path file : files) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private static Path home(Class<?> type) throws URISyntaxException {
        return Paths.get(
                type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    private String run(String... options) throws IOException, InterruptedException, URISyntaxException {
        List<String> path = new ArrayList<>();
        for (Path part : Arrays.asList(classes, home(LoadingTest.class), home(Native.class), home(Gson.class))) {
            path.add(part.toString());
        }
        List<String> command = new ArrayList<>();
        command.add(Paths.get(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(Arrays.asList("-cp", String.join(File.pathSeparator, path)));
        command.addAll(Arrays.asList(options));
        command.add(PrintVersion.class.getName());
        File output = classes.resolve("output.txt").toFile();
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output)
                .start()
                .waitFor();
        return new String(Files.readAllBytes(output.toPath()), UTF_8);
    }

    @Test
    void a_jar_without_a_library_for_the_platform_says_so_and_what_to_do() throws Exception {
        String expected = "java.lang.UnsatisfiedLinkError: lifestage's jar has no library for "
                + Platform.RESOURCE_PREFIX + ": name one with -Dlifestage.library=<file>";
        String output = run();
        assertTrue(output.contains(expected), output);
    }

    @Test
    void a_library_of_the_hosts_own_is_named_by_a_property() throws Exception {
        Path library = home(Engine.class).resolve(Platform.RESOURCE_PREFIX).resolve(NAME);
        assertEquals(Engine.version(), run("-Dlifestage.library=" + library).trim());
    }

    @Test
    void a_library_that_happens_to_be_installed_is_not_taken() throws Exception {
        Path folder = home(Engine.class).resolve(Platform.RESOURCE_PREFIX);
        String output = run("-Djna.library.path=" + folder);
        assertTrue(output.contains("lifestage's jar has no library for"), output);
    }
}
