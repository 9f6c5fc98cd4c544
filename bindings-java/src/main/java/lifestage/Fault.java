package lifestage;

import java.io.Serializable;
import java.util.Optional;
import java.util.OptionalInt;

/** One thing that is wrong with a policy or a request. Immutable. */
public final class Fault implements Serializable {
    private static final long serialVersionUID = 1;

    // Gson writes the fields once, by their names.
    private String code;
    private String path;
    private String file;
    private Integer line;
    private Integer column;
    private int[] span;
    private String found;
    private String expected;
    private String fix;
    private String suggestion;

    private Fault() {}

    /**
     * What kind of fault.
     *
     * @return a name of the catalogue, such as {@code UNKNOWN_KEY}; the operation {@code list_codes} lists them
     */
    public String code() {
        return code;
    }

    /**
     * Where in the input.
     *
     * @return a path such as {@code warning.fee_drop.drop_over}; empty for the whole of the input
     */
    public String path() {
        return path;
    }

    /**
     * In which document.
     *
     * @return its name as the host gave it; empty where line and column are not known
     */
    public Optional<String> file() {
        return Optional.ofNullable(file);
    }

    /**
     * On which line of the document.
     *
     * @return 1-based; empty where it is not known
     */
    public OptionalInt line() {
        return optional(line);
    }

    /**
     * In which column of the line.
     *
     * @return 1-based, in characters; empty where it is not known
     */
    public OptionalInt column() {
        return optional(column);
    }

    /**
     * Where in a condition the part that is meant begins.
     *
     * @return 0-based, in characters from the condition's beginning; empty where no condition is at fault
     */
    public OptionalInt spanStart() {
        return span == null ? OptionalInt.empty() : OptionalInt.of(span[0]);
    }

    /**
     * Where in a condition the part that is meant ends.
     *
     * @return one past the last character, counted as for {@link #spanStart()}; empty where no condition is at fault
     */
    public OptionalInt spanEnd() {
        return span == null ? OptionalInt.empty() : OptionalInt.of(span[1]);
    }

    /**
     * What was found.
     *
     * @return the value, for people
     */
    public String found() {
        return found;
    }

    /**
     * What was expected.
     *
     * @return the value or the kind of value, for people
     */
    public String expected() {
        return expected;
    }

    /**
     * What to do about it.
     *
     * @return English; {@link LifestageException#message} says it in Chinese, too
     */
    public String fix() {
        return fix;
    }

    /**
     * Which name was probably meant.
     *
     * @return a name, also the one that the fix proposes; empty where nothing is near
     */
    public Optional<String> suggestion() {
        return Optional.ofNullable(suggestion);
    }

    /** One line for people: place, code, path, what was found, what was expected and what to do. */
    @Override
    public String toString() {
        String place = file == null ? "" : file + ":" + line + ":" + column + ": ";
        String where = path.isEmpty() ? "" : " " + path;
        return place + code + where + ": found " + found + ", expected " + expected + "; " + fix;
    }

    private static OptionalInt optional(Integer value) {
        return value == null ? OptionalInt.empty() : OptionalInt.of(value);
    }
}
