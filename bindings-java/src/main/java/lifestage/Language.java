package lifestage;

/** A language lifestage speaks to people. */
public enum Language {
    /** English. */
    ENGLISH("en"),
    /** Simplified Chinese. */
    CHINESE("zh");

    /** Its name in requests. */
    final String code;

    Language(String code) {
        this.code = code;
    }
}
