package lifestage;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.jna.Pointer;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;

/**
 * A column of a result, copied into the Java heap: it needs no closing, and threads may share it.
 *
 * <p>Rows count from 0; a row that there is not gives an {@link IndexOutOfBoundsException}. A method that does not suit the
 * column's {@link #type} gives an {@link IllegalStateException}.
 */
public final class Column {
    private final ColumnType type;
    private final int rows;
    private final int places;
    /** 0 where the row has no value; null if every row has one. */
    private final byte[] validity;
    /** The values, as they lie outside the heap; of texts, their bytes. */
    private final byte[] values;
    /** Of texts and lists, where each begins and ends; null where lists are equally long. */
    private final int[] offsets;

    private final Column items;
    private final Column names;

    /** Copies a {@code lifestage_column}. */
    Column(Pointer struct) {
        type = ColumnType.of(struct.getInt(NativeColumn.TYPE));
        rows = Math.toIntExact(struct.getLong(NativeColumn.ROWS));
        places = struct.getInt(NativeColumn.PLACES);
        validity = bytes(struct.getPointer(NativeColumn.VALIDITY), rows);
        Pointer bounds = struct.getPointer(NativeColumn.OFFSETS);
        offsets = bounds == null ? null : bounds.getIntArray(0, rows + 1);
        int bytes = type == ColumnType.UTF8 ? offsets[rows] : Math.multiplyExact(rows, type.width);
        values = bytes(struct.getPointer(NativeColumn.VALUES), bytes);
        items = of(struct.getPointer(NativeColumn.ITEMS));
        names = of(struct.getPointer(NativeColumn.NAMES));
    }

    private static Column of(Pointer struct) {
        return struct == null ? null : new Column(struct);
    }

    private static byte[] bytes(Pointer pointer, int length) {
        return pointer == null ? null : pointer.getByteArray(0, length);
    }

    /**
     * What the values are.
     *
     * @return the type; that of codes is one of whole numbers
     */
    public ColumnType type() {
        return type;
    }

    /**
     * How many rows it has.
     *
     * @return 0 or more
     */
    public int rows() {
        return rows;
    }

    /**
     * Whether a row has a value.
     *
     * @param row which row
     * @return false where it is null
     */
    public boolean has(int row) {
        checkInside(row);
        return validity == null || validity[row] != 0;
    }

    private void checkInside(int row) {
        if (row < 0 || row >= rows) {
            throw new IndexOutOfBoundsException("row " + row + " of " + rows);
        }
    }

    /**
     * A whole number: a count, a code, a mask, a yes (1) or no (0), the unscaled value of a decimal of 64 bits, or a date in
     * days since 1970-01-01.
     *
     * @param row which row
     * @return the number; a mask as its bits
     * @throws NoSuchElementException if the row has none
     */
    public long integer(int row) {
        if (!has(row)) {
            throw new NoSuchElementException("row " + row + " has no value");
        }
        switch (type) {
            case BOOL:
            case UINT8:
                return values[row] & 0xFF;
            case UINT16:
                return bits(row) & 0xFFFF;
            case UINT32:
                return bits(row) & 0xFFFF_FFFFL;
            case INT8:
            case INT16:
            case INT32:
            case INT64:
            case UINT64:
            case DATE32:
            case DECIMAL64:
                return bits(row);
            default:
                throw unsuitable("whole number");
        }
    }

    /** The value's bytes as a number with a sign. */
    private long bits(int row) {
        int first = row * type.width;
        long bits = values[first + type.width - 1];
        for (int at = type.width - 2; at >= 0; at--) {
            bits = bits << 8 | values[first + at] & 0xFF;
        }
        return bits;
    }

    /**
     * A floating-point number.
     *
     * @param row which row
     * @return the number
     * @throws NoSuchElementException if the row has none
     */
    public double number(int row) {
        if (!has(row)) {
            throw new NoSuchElementException("row " + row + " has no value");
        }
        switch (type) {
            case FLOAT32:
                return Float.intBitsToFloat((int) bits(row));
            case FLOAT64:
                return Double.longBitsToDouble(bits(row));
            default:
                throw unsuitable("floating-point number");
        }
    }

    /**
     * An exact decimal.
     *
     * @param row which row
     * @return the decimal; null if the row has none
     */
    public BigDecimal decimal(int row) {
        if (type != ColumnType.DECIMAL64 && type != ColumnType.DECIMAL128) {
            throw unsuitable("decimal");
        }
        if (!has(row)) {
            return null;
        }
        byte[] bigEndian = new byte[type.width];
        for (int at = 0; at < bigEndian.length; at++) {
            bigEndian[at] = values[(row + 1) * type.width - 1 - at];
        }
        return new BigDecimal(new BigInteger(bigEndian), places);
    }

    /**
     * A date.
     *
     * @param row which row
     * @return the date; null if the row has none
     */
    public LocalDate date(int row) {
        if (type != ColumnType.DATE32) {
            throw unsuitable("date");
        }
        return has(row) ? LocalDate.ofEpochDay(bits(row)) : null;
    }

    /**
     * A text, or the name of a code.
     *
     * @param row which row
     * @return the text; null if the row has none
     */
    public String text(int row) {
        if (!isText()) {
            throw unsuitable("text");
        }
        if (!has(row)) {
            return null;
        }
        if (names != null) {
            return names.text(Math.toIntExact(integer(row)));
        }
        return new String(values, offsets[row], offsets[row + 1] - offsets[row], UTF_8);
    }

    private boolean isText() {
        return names != null || type == ColumnType.UTF8;
    }

    /**
     * A list of texts, or of the names of codes. A column of single texts has none: read it with {@link #text}.
     *
     * @param row which row
     * @return the texts, null among them where an item has none; null if the row has no list
     */
    public List<String> texts(int row) {
        if (items == null || !items.isText()) {
            throw unsuitable("list of texts");
        }
        if (!has(row)) {
            return null;
        }
        List<String> texts = new ArrayList<>();
        for (int item = start(row); item < end(row); item++) {
            texts.add(items.text(item));
        }
        return texts;
    }

    /**
     * The items of all lists, one after the other.
     *
     * @return a column of them
     */
    public Column items() {
        if (items == null) {
            throw unsuitable("list");
        }
        return items;
    }

    /**
     * Where the list of a row begins.
     *
     * @param row which row
     * @return the place of its first item among the {@link #items}
     */
    public int start(int row) {
        checkList(row);
        return bound(row);
    }

    /**
     * Where the list of a row ends.
     *
     * @param row which row
     * @return one past the place of its last item among the {@link #items}
     */
    public int end(int row) {
        checkList(row);
        return bound(row + 1);
    }

    private void checkList(int row) {
        if (items == null) {
            throw unsuitable("list");
        }
        checkInside(row);
    }

    /** Where the lists before a row end; {@code rows}, where the last one does. */
    private int bound(int row) {
        return offsets == null ? Math.toIntExact((long) items.rows * row / rows) : offsets[row];
    }

    private IllegalStateException unsuitable(String asked) {
        return new IllegalStateException("a column of " + type + " has no " + asked);
    }
}
