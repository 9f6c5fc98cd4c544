package lifestage;

import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How to classify. What is not said is left to the engine; an option that a call does not know is refused.
 *
 * <pre>{@code
 * ClassifyOptions.asOf(LocalDate.of(2024, 5, 31)).columns("stage", "tier")
 * }</pre>
 */
public final class ClassifyOptions {
    private final Map<String, Object> options = new LinkedHashMap<>();

    private ClassifyOptions() {}

    /**
     * Options without any but the day.
     *
     * @param day decides as of the end of this day
     * @return the options
     */
    public static ClassifyOptions asOf(LocalDate day) {
        ClassifyOptions made = new ClassifyOptions();
        made.options.put("as_of", Objects.requireNonNull(day, "day"));
        return made;
    }

    /**
     * Says what whole amounts count, which are refused otherwise.
     *
     * @param unit {@code yuan} or {@code fen}
     * @return these options
     */
    public ClassifyOptions moneyUnit(String unit) {
        options.put("money_unit", unit);
        return this;
    }

    /**
     * Refuses all rows if one breaks the contract; otherwise it is returned with {@code error} and the others go on. For
     * tables.
     *
     * @return these options
     */
    public ClassifyOptions strict() {
        options.put("strict", true);
        return this;
    }

    /**
     * Asks for some columns of the result; the others are not computed. For tables.
     *
     * @param names such as {@code stage}
     * @return these options
     */
    public ClassifyOptions columns(String... names) {
        options.put("columns", names.clone());
        return this;
    }

    /**
     * Asks for the columns that were handed in, too, before those of the result. For tables.
     *
     * @return these options
     */
    public ClassifyOptions append() {
        options.put("append", true);
        return this;
    }

    /**
     * Asks for the evidence: why each rule fired, or what it cannot know. For records.
     *
     * @return these options
     */
    public ClassifyOptions evidence() {
        options.put("evidence", true);
        return this;
    }

    /** The options by name, a copy. */
    Map<String, Object> byName() {
        return new LinkedHashMap<>(options);
    }
}
