package lifestage;

import java.util.List;

/** A table that goes into a batch operation: {@link Columns} of the host, or a {@link TableStream} that another one gave. */
public abstract class Table implements AutoCloseable {
    Table() {}

    /** Hands it to a set of tables under a name. */
    abstract void putInto(long tables, byte[] name);

    /** What has to outlive everything that is made of the table. */
    abstract List<Columns> borrowed();

    /** Frees it, once nothing that is made of it is open. Closing it again does nothing. */
    @Override
    public abstract void close();
}
