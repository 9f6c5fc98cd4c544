package lifestage;

/** A language lifestage speaks to people. */
public enum Language {
    /** English. */
    ENGLISH,
    /** Simplified Chinese. */
    CHINESE
}
