package lifestage;

import com.google.gson.FieldNamingPolicy;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.time.LocalDate;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What is decided about one user or prospect. Immutable. */
public final class Decision {
    private static final Gson JSON = new GsonBuilder()
            .setFieldNamingPolicy(FieldNamingPolicy.LOWER_CASE_WITH_UNDERSCORES)
            .create();

    // Gson writes the fields once, by their names.
    private String stage;
    private String tier;
    private List<String> reasons;
    private List<String> warnings;
    private List<String> insufficient;
    private List<String> shadow;
    private List<String> unreadColumns;
    private String stageSince;
    private Fault error;
    private transient String json;

    private Decision() {}

    static Decision of(String json) {
        Decision decision = JSON.fromJson(json, Decision.class);
        decision.json = json;
        return decision;
    }

    /**
     * The lifecycle stage.
     *
     * @return {@code A} (acquisition) to {@code E} (exit); empty where a fact that has to decide is unknown
     */
    public Optional<String> stage() {
        return Optional.ofNullable(stage);
    }

    /**
     * The value tier.
     *
     * @return {@code high}, {@code mid} or {@code low}; empty where its fees are unknown
     */
    public Optional<String> tier() {
        return Optional.ofNullable(tier);
    }

    /**
     * What decided the stage, or left stage or tier empty.
     *
     * @return codes of the catalogue and of the policy; cannot be modified
     */
    public List<String> reasons() {
        return Collections.unmodifiableList(reasons);
    }

    /**
     * The active rules that fired.
     *
     * @return their codes, in the policy's order; cannot be modified
     */
    public List<String> warnings() {
        return Collections.unmodifiableList(warnings);
    }

    /**
     * The active and shadow rules that cannot know for want of facts.
     *
     * @return their codes; cannot be modified
     */
    public List<String> insufficient() {
        return Collections.unmodifiableList(insufficient);
    }

    /**
     * The shadow rules that fired.
     *
     * @return their codes; cannot be modified
     */
    public List<String> shadow() {
        return Collections.unmodifiableList(shadow);
    }

    /**
     * The keys of the record that are no facts, and were not read: a name that is misspelt is among them.
     *
     * @return their names; cannot be modified
     */
    public List<String> unreadColumns() {
        return Collections.unmodifiableList(unreadColumns);
    }

    /**
     * Since when the stage holds.
     *
     * @return empty unless an earlier stage was given
     */
    public Optional<LocalDate> stageSince() {
        return Optional.ofNullable(stageSince).map(LocalDate::parse);
    }

    /**
     * What is wrong with the record; then nothing is decided.
     *
     * @return empty if it is in order
     */
    public Optional<Fault> error() {
        return Optional.ofNullable(error);
    }

    /**
     * The whole answer as every language sees it, evidence and policy digest among it.
     *
     * @return canonical JSON
     */
    public String json() {
        return json;
    }

    /** One line for logs, without ids: stage, tier, reasons and warnings, or what is wrong with the record. */
    @Override
    public String toString() {
        if (error != null) {
            return "error " + error;
        }
        String decided = "stage " + stage().orElse("unknown") + ", tier " + tier().orElse("unknown");
        return decided + ", reasons " + reasons + ", warnings " + warnings;
    }
}
