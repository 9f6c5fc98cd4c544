package lifestage;

import com.sun.jna.Memory;
import java.util.Collections;
import java.util.List;

/**
 * A table of a result, on its way into another operation without a copy: {@link Tables#take} gives it, and the first call
 * that it is handed to takes it. Close it if there is none.
 */
public final class TableStream extends Table {
    /** Bytes of Arrow's struct of a stream: four functions and the data that they share. */
    private static final int SIZE = 40;

    private static final String ANY = "any";

    private final Memory stream = new Memory(SIZE);
    private final List<Columns> borrowed;
    private boolean isTaken;
    private boolean isClosed;

    TableStream(long tables, byte[] name, List<Columns> borrowed) {
        long[] error = new long[1];
        int status = Abi.lifestage_tables_take_stream(tables, name, name.length, stream, error);
        LifestageException.check(status, error);
        this.borrowed = borrowed;
        borrowed.forEach(Columns::lend);
    }

    @Override
    synchronized void putInto(long tables, byte[] name) {
        if (isTaken) {
            throw new IllegalStateException("the table is taken");
        }
        isTaken = true;
        long[] error = new long[1];
        LifestageException.check(Abi.lifestage_tables_put_stream(tables, name, name.length, stream, error), error);
    }

    @Override
    List<Columns> borrowed() {
        return borrowed;
    }

    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (!isTaken) {
            release();
        }
        // Not before: what the call that took it has made borrows the same columns by then.
        borrowed.forEach(Columns::giveBack);
    }

    /** Frees what no call has taken: as the only one of tables that are freed. */
    private void release() {
        try (Tables none = new Tables(Abi.lifestage_tables_new(), Collections.emptyList())) {
            none.put(ANY, this);
        }
    }
}
