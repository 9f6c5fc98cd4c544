package lifestage;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A table that goes in, by columns: facts of customers, a row a user.
 *
 * <p>Each method adds a column under its name, or replaces it; all columns have as many rows. Arrays are copied out of the
 * Java heap once, so they may be used for the next table at once. Where a row has no value, say so with {@link #present}, or
 * with {@code null} in a column of objects.
 *
 * <pre>{@code
 * Columns view = new Columns()
 *         .utf8("user_id", "u1", "u2")
 *         .codes("status", new byte[] {0, 0}, "active")
 *         .series("fee", fen, 2);
 * }</pre>
 *
 * <p>Not for use by several threads at once.
 */
public final class Columns {
    /** Months of a series. */
    private static final int MONTHS = 12;

    private final Map<String, NativeColumn> columns = new LinkedHashMap<>();

    /** A table without columns. */
    public Columns() {}

    /**
     * Adds yes or no.
     *
     * @param name the column's name
     * @param values a value a row
     * @return this table
     */
    public Columns bool(String name, boolean... values) {
        return put(name, new NativeColumn(ColumnType.BOOL, values.length, bytes(values)));
    }

    /**
     * Adds small whole numbers, 0 to 255.
     *
     * @param name the column's name
     * @param values a value a row, its eight bits
     * @return this table
     */
    public Columns uint8(String name, byte... values) {
        return put(name, new NativeColumn(ColumnType.UINT8, values.length, memory(values)));
    }

    /**
     * Adds whole numbers.
     *
     * @param name the column's name
     * @param values a value a row
     * @return this table
     */
    public Columns int32(String name, int... values) {
        return put(name, new NativeColumn(ColumnType.INT32, values.length, memory(values)));
    }

    /**
     * Adds whole numbers, such as amounts in fen under a name that ends in {@code _minor}.
     *
     * @param name the column's name
     * @param values a value a row
     * @return this table
     */
    public Columns int64(String name, long... values) {
        return put(name, new NativeColumn(ColumnType.INT64, values.length, memory(values)));
    }

    /**
     * Adds floating-point numbers. Amounts are rounded to fen once, half to even; exact ones are better.
     *
     * @param name the column's name
     * @param values a value a row; what is no number breaks the row's contract
     * @return this table
     */
    public Columns float64(String name, double... values) {
        Memory memory = room(values.length, Double.BYTES);
        memory.write(0, values, 0, values.length);
        return put(name, new NativeColumn(ColumnType.FLOAT64, values.length, memory));
    }

    /**
     * Adds exact decimals, such as amounts.
     *
     * @param name the column's name
     * @param unscaled a value a row, in units of the last place: 7350 with two places is 73.50
     * @param places decimal places
     * @return this table
     */
    public Columns decimal64(String name, long[] unscaled, int places) {
        return put(name, decimals(unscaled, places));
    }

    /**
     * Adds dates.
     *
     * @param name the column's name
     * @param dates a date a row, or null
     * @return this table
     */
    public Columns date32(String name, LocalDate... dates) {
        int[] days = new int[dates.length];
        boolean[] present = new boolean[dates.length];
        for (int row = 0; row < dates.length; row++) {
            present[row] = dates[row] != null;
            days[row] = present[row] ? Math.toIntExact(dates[row].toEpochDay()) : 0;
        }
        return put(name, new NativeColumn(ColumnType.DATE32, days.length, memory(days)).present(present));
    }

    /**
     * Adds texts.
     *
     * @param name the column's name
     * @param texts a text a row, or null
     * @return this table
     * @throws IllegalArgumentException if a text is not Unicode
     */
    public Columns utf8(String name, String... texts) {
        return put(name, texts(name, texts));
    }

    /**
     * Adds codes: places among names, such as statuses.
     *
     * @param name the column's name
     * @param codes a code a row, 0 being the first name
     * @param names the names, at most 256
     * @return this table
     * @throws IllegalArgumentException if a name is not Unicode
     */
    public Columns codes(String name, byte[] codes, String... names) {
        NativeColumn column = new NativeColumn(ColumnType.UINT8, codes.length, memory(codes));
        return put(name, column.names(texts(name, names)));
    }

    /**
     * Adds monthly series of exact decimals, twelve months a row, the newest last.
     *
     * @param name the column's name
     * @param unscaled twelve values a row, row after row, in units of the last place
     * @param places decimal places
     * @return this table
     * @throws IllegalArgumentException if the values are not twelve a row
     */
    public Columns series(String name, long[] unscaled, int places) {
        if (unscaled.length % MONTHS != 0) {
            throw new IllegalArgumentException(name + " has " + unscaled.length + " values; pass twelve a row");
        }
        NativeColumn column = new NativeColumn(ColumnType.LIST, unscaled.length / MONTHS, null);
        return put(name, column.items(null, decimals(unscaled, places)));
    }

    /**
     * Adds lists of texts, such as products.
     *
     * @param name the column's name
     * @param lists a list a row, or null
     * @return this table
     * @throws IllegalArgumentException if a text is not Unicode
     */
    public Columns utf8Lists(String name, String[]... lists) {
        List<String> items = new ArrayList<>();
        int[] offsets = new int[lists.length + 1];
        boolean[] present = new boolean[lists.length];
        for (int row = 0; row < lists.length; row++) {
            present[row] = lists[row] != null;
            for (int item = 0; present[row] && item < lists[row].length; item++) {
                items.add(lists[row][item]);
            }
            offsets[row + 1] = items.size();
        }
        NativeColumn column = new NativeColumn(ColumnType.LIST, lists.length, null);
        return put(
                name,
                column.items(memory(offsets), texts(name, items.toArray(new String[0])))
                        .present(present));
    }

    /**
     * Says which rows of a column have a value; all of them unless said. For a series also which months have one.
     *
     * @param name a column that was added
     * @param present whether there is a value, a row each; for a series twelve a row, if months are meant
     * @return this table
     * @throws IllegalArgumentException if there is no such column, or it has another number of rows
     */
    public Columns present(String name, boolean... present) {
        NativeColumn column = columns.get(name);
        if (column == null || !column.mayBePresent(present.length)) {
            String has = column == null ? "no such column" : column.rows + " rows";
            throw new IllegalArgumentException(name + ": " + has + ", but presence of " + present.length);
        }
        column.present(present);
        return this;
    }

    /** Hands the table to a set of tables, which borrows the memory of this as long as anything made of it. */
    void putInto(long tables, byte[] name) {
        Memory structs = room(columns.size(), NativeColumn.SIZE);
        List<Pointer> kept = new ArrayList<>();
        int place = 0;
        for (Map.Entry<String, NativeColumn> column : columns.entrySet()) {
            Pointer struct = structs.share((long) place++ * NativeColumn.SIZE, NativeColumn.SIZE);
            column.getValue().write(struct, terminated(column.getKey()), kept);
        }
        long[] error = new long[1];
        int status = Abi.lifestage_tables_put_columns(tables, name, name.length, structs, columns.size(), error);
        // The structs are read in the call: until here they have to be reachable.
        kept.clear();
        LifestageException.check(status, error);
    }

    private Columns put(String name, NativeColumn column) {
        if (name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a column's name has no NUL: " + name.replace('\0', '?'));
        }
        columns.put(name, column);
        return this;
    }

    private static NativeColumn decimals(long[] unscaled, int places) {
        return new NativeColumn(ColumnType.DECIMAL64, unscaled.length, memory(unscaled)).places(places);
    }

    private static NativeColumn texts(String name, String... texts) {
        byte[][] parts = new byte[texts.length][];
        int[] offsets = new int[texts.length + 1];
        boolean[] present = new boolean[texts.length];
        for (int row = 0; row < texts.length; row++) {
            present[row] = texts[row] != null;
            parts[row] = Text.utf8(name, present[row] ? texts[row] : "");
            offsets[row + 1] = Math.addExact(offsets[row], parts[row].length);
        }
        Memory values = room(offsets[texts.length], 1);
        for (int row = 0; row < texts.length; row++) {
            values.write(offsets[row], parts[row], 0, parts[row].length);
        }
        NativeColumn column = new NativeColumn(ColumnType.UTF8, texts.length, values).offsets(memory(offsets));
        return column.present(present);
    }

    private static Memory terminated(String name) {
        byte[] text = Text.utf8("a column's name", name);
        Memory memory = room(text.length + 1, 1);
        memory.write(0, text, 0, text.length);
        memory.setByte(text.length, (byte) 0);
        return memory;
    }

    /** Memory for so many values; never none, which JNA refuses. */
    static Memory room(long values, int width) {
        return new Memory(Math.max(1, values * width));
    }

    static Memory bytes(boolean... values) {
        Memory memory = room(values.length, 1);
        for (int row = 0; row < values.length; row++) {
            memory.setByte(row, (byte) (values[row] ? 1 : 0));
        }
        return memory;
    }

    private static Memory memory(byte... values) {
        Memory memory = room(values.length, 1);
        memory.write(0, values, 0, values.length);
        return memory;
    }

    private static Memory memory(int... values) {
        Memory memory = room(values.length, Integer.BYTES);
        memory.write(0, values, 0, values.length);
        return memory;
    }

    private static Memory memory(long... values) {
        Memory memory = room(values.length, Long.BYTES);
        memory.write(0, values, 0, values.length);
        return memory;
    }
}
