package lifestage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The tables of a result: {@link Engine#callBatch} gives them, computed as they are read, and so do {@link
 * Handle#updateBatch} and {@link Handle#queryBatch}.
 */
public final class Tables extends Owned {
    Tables(long handle, List<Columns> borrowed) {
        super("result", handle, Abi::lifestage_tables_free, borrowed);
    }

    /** What a call that takes tables gives of these; its result borrows their memory. */
    static Tables answered(Map<String, ? extends Table> given, Call call) {
        try (Tables input = new Tables(Abi.lifestage_tables_new(), Collections.emptyList())) {
            List<Columns> borrowed = new ArrayList<>();
            given.forEach((name, table) -> {
                input.put(name, table);
                borrowed.addAll(table.borrowed());
            });
            long result = input.take(taken -> given(taken, call));
            return new Tables(result, borrowed);
        }
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
    void put(String name, Table table) {
        byte[] text = Text.utf8("table", name);
        with(open -> {
            table.putInto(open, text);
            return null;
        });
    }

    /**
     * Takes a table, for another operation: the view that {@code build_view} gives, for {@code classify}. After that it is no
     * longer among these.
     *
     * @param table such as {@code view}
     * @return the table, which is computed as it is read, after this is closed, too; close it
     * @throws LifestageException if there is no such table, or it was taken already
     * @throws IllegalStateException if the result is closed
     */
    public TableStream take(String table) {
        byte[] name = Text.utf8("table", table);
        return with(open -> new TableStream(open, name, borrowed()));
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
        return batch == 0 ? null : new Batch(batch, borrowed());
    }
}
