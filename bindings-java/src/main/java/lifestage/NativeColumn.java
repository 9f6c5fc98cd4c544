package lifestage;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.util.List;

/** A column outside the Java heap, as {@code lifestage_column} in {@code lifestage.h} has it. */
final class NativeColumn {
    /** Bytes of the struct, and where its fields lie in it. */
    static final int SIZE = 64;

    static final int NAME = 0;
    static final int ROWS = 8;
    static final int TYPE = 16;
    static final int PLACES = 20;
    static final int VALIDITY = 24;
    static final int VALUES = 32;
    static final int OFFSETS = 40;
    static final int ITEMS = 48;
    static final int NAMES = 56;

    final int rows;
    private final ColumnType type;
    private final Memory values;
    private int places;
    private Memory validity;
    private Memory offsets;
    private NativeColumn items;
    private NativeColumn names;

    NativeColumn(ColumnType type, int rows, Memory values) {
        this.type = type;
        this.rows = rows;
        this.values = values;
    }

    NativeColumn places(int places) {
        this.places = places;
        return this;
    }

    NativeColumn offsets(Memory offsets) {
        this.offsets = offsets;
        return this;
    }

    /** The items of lists; without offsets the lists are equally long. */
    NativeColumn items(Memory offsets, NativeColumn items) {
        this.items = items;
        return offsets(offsets);
    }

    NativeColumn names(NativeColumn names) {
        this.names = names;
        return this;
    }

    /** Whether so many flags may say what is present: a row each, or an item each. */
    boolean mayBePresent(int flags) {
        return flags == rows || items != null && flags == items.rows;
    }

    NativeColumn present(boolean... present) {
        if (present.length == rows) {
            validity = Columns.bytes(present);
        } else {
            items.present(present);
        }
        return this;
    }

    /** Writes the struct; what it points to beside the values is added to {@code kept}. */
    void write(Pointer struct, Memory name, List<Pointer> kept) {
        kept.add(name);
        struct.setPointer(NAME, name);
        struct.setLong(ROWS, rows);
        struct.setInt(TYPE, type.number);
        struct.setInt(PLACES, places);
        struct.setPointer(VALIDITY, validity);
        struct.setPointer(VALUES, values);
        struct.setPointer(OFFSETS, offsets);
        struct.setPointer(ITEMS, written(items, kept));
        struct.setPointer(NAMES, written(names, kept));
    }

    private static Pointer written(NativeColumn column, List<Pointer> kept) {
        if (column == null) {
            return null;
        }
        Memory struct = new Memory(SIZE);
        kept.add(struct);
        column.write(struct, null, kept);
        return struct;
    }
}
