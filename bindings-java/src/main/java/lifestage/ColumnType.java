package lifestage;

/** What the values of a column are. */
public enum ColumnType {
    /** Yes or no. */
    BOOL(1, 1),
    /** Whole numbers of 8 bits. */
    INT8(2, 1),
    /** Whole numbers of 16 bits. */
    INT16(3, 2),
    /** Whole numbers of 32 bits. */
    INT32(4, 4),
    /** Whole numbers of 64 bits. */
    INT64(5, 8),
    /** Whole numbers of 8 bits that are never negative, or codes. */
    UINT8(6, 1),
    /** Whole numbers of 16 bits that are never negative, or codes. */
    UINT16(7, 2),
    /** Whole numbers of 32 bits that are never negative, or codes. */
    UINT32(8, 4),
    /** Masks of 64 bits. */
    UINT64(9, 8),
    /** Floating-point numbers of 32 bits. */
    FLOAT32(10, 4),
    /** Floating-point numbers of 64 bits. */
    FLOAT64(11, 8),
    /** Dates. */
    DATE32(12, 4),
    /** Exact decimals of up to 18 digits. */
    DECIMAL64(13, 8),
    /** Exact decimals of up to 38 digits. */
    DECIMAL128(14, 16),
    /** Texts. */
    UTF8(15, 0),
    /** Lists. */
    LIST(16, 0);

    /** Its number in the C ABI, from 1 in this order. */
    final int number;

    /** The bytes of a value; 0 where a row is not one value. */
    final int width;

    ColumnType(int number, int width) {
        this.number = number;
        this.width = width;
    }

    static ColumnType of(int number) {
        return values()[number - 1];
    }
}
