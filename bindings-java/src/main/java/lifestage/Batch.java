package lifestage;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Some rows of a result. It holds memory outside the Java heap until {@link #close()}; its columns are copied out. */
public final class Batch extends Owned {
    /** What the columns point into, beside memory of the library: kept from the garbage collector, no more. */
    @SuppressWarnings("unused")
    private final Object borrowed;

    Batch(long handle, Object borrowed) {
        super("batch", handle, Abi::lifestage_batch_free);
        this.borrowed = borrowed;
    }

    /**
     * How many rows it has.
     *
     * @return 0 or more
     * @throws IllegalStateException if the batch is closed
     */
    public int rows() {
        return with(open -> Math.toIntExact(Abi.lifestage_batch_rows(open)));
    }

    /**
     * The columns' names, a struct's by field: {@code error.code}.
     *
     * @return in the order of the result; cannot be modified
     * @throws IllegalStateException if the batch is closed
     */
    public List<String> names() {
        return with(open -> {
            List<String> names = new ArrayList<>();
            for (long place = 0; place < Abi.lifestage_batch_column_count(open); place++) {
                names.add(Text.of(Abi.lifestage_batch_column_at(open, place).getPointer(NativeColumn.NAME)));
            }
            return Collections.unmodifiableList(names);
        });
    }

    /**
     * A column, copied.
     *
     * @param name such as {@code stage} or {@code error.code}
     * @return the column
     * @throws LifestageException if there is none of this name
     * @throws IllegalStateException if the batch is closed
     */
    public Column column(String name) {
        byte[] text = Text.utf8("name", name);
        return with(open -> new Column(new Pointer(given(
                open, (batch, column, error) -> Abi.lifestage_batch_column(batch, text, text.length, column, error)))));
    }

    /**
     * What is said of the result as a whole.
     *
     * @param key such as {@code lifestage.digest}, the digest of the policy, or {@code lifestage.rules}, the codes of the
     *     rules in the order of the masks' bits, a JSON list
     * @return null if nothing is said under this key
     * @throws IllegalStateException if the batch is closed
     */
    public String metadata(String key) {
        byte[] text = Text.utf8("key", key);
        return with(open -> {
            Pointer value = Abi.lifestage_batch_metadata(open, text, text.length);
            return value == null ? null : Text.of(value);
        });
    }
}
