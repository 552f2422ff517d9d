package dev.oar.benchmark;

/** What a row counts. */
public enum Unit {
    /** Seconds per image. */
    SECONDS_PER_IMAGE("s/image"),
    /** Seconds per training step. */
    SECONDS_PER_STEP("s/step"),
    /** Seconds. */
    SECONDS("s"),
    /** Images per second. */
    IMAGES_PER_SECOND("img/s"),
    /** Tokens per second. */
    TOKENS_PER_SECOND("tok/s"),
    /** Captions per second. */
    CAPTIONS_PER_SECOND("captions/s"),
    /** Mebibytes of memory. */
    MEBIBYTES("MiB"),
    /** Percent of something. */
    PERCENT("%"),
    /** How many times as fast as something else. */
    RATIO("x");

    private final String label;

    Unit(String label) {
        this.label = label;
    }

    /** The name in tables. */
    public String label() {
        return label;
    }

    /** The seconds of one image, token or step, given a value in this unit; not for ratios, shares and memory. */
    double seconds(double value) {
        return switch (this) {
            case SECONDS_PER_IMAGE, SECONDS_PER_STEP, SECONDS -> value;
            case IMAGES_PER_SECOND, TOKENS_PER_SECOND, CAPTIONS_PER_SECOND -> 1 / value;
            case MEBIBYTES ->
                throw new IllegalArgumentException("memory has no seconds; compare it with a bound instead");
            case PERCENT ->
                throw new IllegalArgumentException("a share has no seconds; compare it with a bound instead");
            case RATIO -> throw new IllegalArgumentException("a ratio has no seconds; compare it with a bound instead");
        };
    }
}
