package lifestage;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

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
}
