package lifestage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The tables of a result, computed as they are read: {@link Engine#callBatch} gives them. */
public final class Tables extends Owned {
    /** What the result is computed of: kept from the garbage collector as long as it and its batches. */
    private final Object borrowed;

    Tables(long handle, Object borrowed) {
        super("result", handle, Abi::lifestage_tables_free);
        this.borrowed = borrowed;
    }

    /**
     * The tables' names.
     *
     * @return such as {@code decisions}; cannot be modified
     * @throws IllegalStateException if the result is closed
     */
    public List<String> names() {
        return with(open -> {
            List<String> names = new ArrayList<>();
            for (long place = 0; place < Abi.lifestage_tables_count(open); place++) {
                names.add(Text.of(Abi.lifestage_tables_name(open, place)));
            }
            return Collections.unmodifiableList(names);
        });
    }

    /** Adds a table, whose memory is borrowed as long as anything made of it. */
    void put(String name, Columns columns) {
        byte[] text = Text.utf8("table", name);
        with(open -> {
            columns.putInto(open, text);
            return null;
        });
    }

    /**
     * Computes the next rows of a table; blocks until they are there. Threads that ask at the same time follow one another.
     *
     * @param table such as {@code decisions}
     * @return the rows, to be closed, before or after the result; null if there are no more
     * @throws LifestageException if there is no such table, if rows are refused, or if the call was cancelled
     * @throws IllegalStateException if the result is closed
     */
    public Batch next(String table) {
        byte[] name = Text.utf8("table", table);
        long batch = given((open, next, error) -> Abi.lifestage_tables_next(open, name, name.length, next, error));
        return batch == 0 ? null : new Batch(batch, borrowed);
    }
}
