package lifestage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Pointer;
import java.util.Objects;

/** Texts across the border: UTF-8, whatever the platform's charset is. */
final class Text {
    private Text() {}

    /** The bytes of the argument {@code name}; half of a surrogate pair, which has none, is refused. */
    static byte[] utf8(String name, String text) {
        byte[] bytes = Objects.requireNonNull(text, name).getBytes(UTF_8);
        // getBytes writes a question mark in its place: nothing else does not come back as it was.
        if (!new String(bytes, UTF_8).equals(text)) {
            throw new IllegalArgumentException(name + " has half of a surrogate pair; pass a text that is Unicode");
        }
        return bytes;
    }

    /** The content of a text handle, which is freed. */
    static String take(long text) {
        try {
            int length = Math.toIntExact(Abi.lifestage_text_len(text));
            return new String(Abi.lifestage_text_data(text).getByteArray(0, length), UTF_8);
        } finally {
            Abi.lifestage_text_free(text);
        }
    }

    /** The content of a NUL-terminated text. */
    static String of(Pointer text) {
        return text.getString(0, UTF_8.name());
    }
}
