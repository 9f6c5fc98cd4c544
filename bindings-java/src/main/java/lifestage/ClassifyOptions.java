package lifestage;

import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * How to classify. What is not said is left to the engine; an option that a call does not know is refused. Immutable: each
 * method gives a copy that says one thing more, so options may be kept and shared.
 *
 * <pre>{@code
 * ClassifyOptions.asOf(LocalDate.of(2024, 5, 31)).columns("stage", "tier")
 * }</pre>
 */
public final class ClassifyOptions {
    private final Map<String, Object> options;

    private ClassifyOptions(Map<String, Object> options) {
        this.options = options;
    }

    private ClassifyOptions with(String name, Object value) {
        Map<String, Object> more = byName();
        more.put(name, value);
        return new ClassifyOptions(more);
    }

    /**
     * Options without any but the day.
     *
     * @param day decides as of the end of this day
     * @return the options
     */
    public static ClassifyOptions asOf(LocalDate day) {
        return new ClassifyOptions(Collections.singletonMap("as_of", Objects.requireNonNull(day, "day")));
    }

    /**
     * Says what whole amounts count, which are refused otherwise: {@code fee_12} takes decimals, or a whole number with this
     * unit. A key with {@code minor}, such as {@code fee_minor_12}, takes whole fen and needs no unit.
     *
     * @param unit {@code yuan} or {@code fen}
     * @return a copy that says so
     */
    public ClassifyOptions moneyUnit(String unit) {
        return with("money_unit", unit);
    }

    /**
     * Refuses all rows if one breaks the contract, or if a column that is no fact is named nearly like one that is missing;
     * otherwise such a row is returned with {@code error}, such a column is not read, and the others go on. For tables.
     *
     * @return a copy that says so
     */
    public ClassifyOptions strict() {
        return with("strict", true);
    }

    /**
     * Asks for some columns of the result; the others are not computed. For tables.
     *
     * @param names such as {@code stage}
     * @return a copy that says so
     */
    public ClassifyOptions columns(String... names) {
        return with("columns", names.clone());
    }

    /**
     * Asks for the columns that were handed in, too, before those of the result. For tables.
     *
     * @return a copy that says so
     */
    public ClassifyOptions append() {
        return with("append", true);
    }

    /**
     * Asks for the evidence: why each rule fired, or what it cannot know. For records.
     *
     * @return a copy that says so
     */
    public ClassifyOptions evidence() {
        return with("evidence", true);
    }

    /** The options by name, a copy. */
    Map<String, Object> byName() {
        return new LinkedHashMap<>(options);
    }
}
