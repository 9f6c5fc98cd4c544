package lifestage;

import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Some rows of a result. It holds memory outside the Java heap until {@link #close()}; its columns are copied out. */
public final class Batch extends Owned {
    Batch(long handle, List<Columns> borrowed) {
        super("batch", handle, Abi::lifestage_batch_free, borrowed);
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
     * <p>Of decisions:
     *
     * <ul>
     *   <li>{@code lifestage.digest}: the digest of the policy, as {@link Engine#policyDigest};
     *   <li>{@code lifestage.version}: the version of lifestage, as {@link Engine#version};
     *   <li>{@code lifestage.as_of}: the day, such as {@code 2024-05-31};
     *   <li>{@code lifestage.rules}: the codes of the rules in the order of the masks' bits, a JSON list;
     *   <li>{@code lifestage.unread_columns}: the columns that went in and are no facts, a JSON list: look here for a name
     *       that is misspelt;
     *   <li>{@code lifestage.misspelt_columns}: those of them that are named nearly like a fact that is missing, each with
     *       that name, a JSON object.
     * </ul>
     *
     * @param key one of these
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
