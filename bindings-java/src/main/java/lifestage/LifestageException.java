package lifestage;

import com.google.gson.Gson;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/** Why there is no answer: every fault that could be found in one pass, at least one. */
public final class LifestageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** Who has to act. */
    public enum Kind {
        /** The policy's author. */
        POLICY,
        /** The author of the calling program. */
        REQUEST,
        /** lifestage's makers: a bug. */
        INTERNAL
    }

    private final Kind kind;
    private final ArrayList<Fault> faults;
    private final String json;
    private final String chinese;

    private LifestageException(String json, String english, String chinese) {
        super(english);
        Content content = new Gson().fromJson(json, Content.class);
        this.kind = content.kind;
        this.faults = new ArrayList<>(content.faults);
        this.json = json;
        this.chinese = chinese;
    }

    /** Throws what a call that did not succeed has handed out. */
    static void check(int status, long[] error) {
        if (status != Abi.OK) {
            throw take(error[0]);
        }
    }

    /** The content of an error handle, which is freed. */
    static LifestageException take(long error) {
        try {
            return new LifestageException(
                    Text.of(Abi.lifestage_error_json(error)),
                    Text.of(Abi.lifestage_error_message(error, Abi.ENGLISH)),
                    Text.of(Abi.lifestage_error_message(error, Abi.CHINESE)));
        } finally {
            Abi.lifestage_error_free(error);
        }
    }

    /**
     * Who has to act.
     *
     * @return the policy's author, the calling program's or lifestage's makers
     */
    public Kind kind() {
        return kind;
    }

    /**
     * What is wrong.
     *
     * @return at least one fault, in the order of the input; cannot be modified
     */
    public List<Fault> faults() {
        return Collections.unmodifiableList(faults);
    }

    /**
     * The error as every language sees it.
     *
     * @return {@code {"kind": ..., "faults": [{"code": ..., "path": ..., ...}]}}
     */
    public String json() {
        return json;
    }

    /**
     * The error for people.
     *
     * @param language in which language; {@link #getMessage()} is the English one
     * @return one line a fault
     */
    public String message(Language language) {
        return Objects.requireNonNull(language, "language") == Language.CHINESE ? chinese : getMessage();
    }

    /** The fields of the JSON. */
    private static final class Content {
        private Kind kind;
        private List<Fault> faults;
    }
}
