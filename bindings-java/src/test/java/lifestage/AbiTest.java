package lifestage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AbiTest {
    @ParameterizedTest
    @ValueSource(ints = {Abi.VERSION, Abi.VERSION + 1, Abi.VERSION + 999})
    void a_library_of_the_same_major_and_no_earlier_minor_is_taken(int version) {
        assertDoesNotThrow(() -> Abi.requireCompatible(version, "lifestage"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Abi.VERSION - 1, Abi.VERSION + 1000})
    void any_other_library_is_refused(int version) {
        assertThrows(UnsatisfiedLinkError.class, () -> Abi.requireCompatible(version, "lifestage"));
    }

    @Test
    void the_refusal_names_both_versions() {
        Error error = assertThrows(UnsatisfiedLinkError.class, () -> Abi.requireCompatible(2001, "lifestage"));
        assertEquals(
                "lifestage has ABI 2.1; this version of lifestage for Java needs ABI 1.0 or a later minor of it",
                error.getMessage());
    }

    @Test
    void every_function_of_the_header_is_called_or_left_out_on_purpose() throws IOException {
        // Errors carry their kind; arrays of the Java heap would be copied, there and back.
        Set<String> expected = new TreeSet<>(Arrays.asList("lifestage_error_status", "lifestage_engine_classify_into"));
        // Called before the others are looked up.
        expected.add("lifestage_abi_version");
        for (Method method : Abi.class.getDeclaredMethods()) {
            if (Modifier.isNative(method.getModifiers())) {
                expected.add(method.getName());
            }
        }
        byte[] header = Files.readAllBytes(Paths.get("../include/lifestage.h"));
        // A declaration begins its line with the type that it gives.
        Matcher declared =
                Pattern.compile("(?m)^\\w[\\w *]*\\b(lifestage_\\w+)\\(").matcher(new String(header, UTF_8));
        Set<String> functions = new TreeSet<>();
        while (declared.find()) {
            functions.add(declared.group(1));
        }
        assertEquals(expected, functions);
    }
}
