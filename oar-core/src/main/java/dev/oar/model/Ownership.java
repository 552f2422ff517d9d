package dev.oar.model;

/**
 * What a transformer frees when it is closed beside what it has made itself.
 *
 * @param weights whether its weights
 * @param captions whether the captions that it draws from
 */
record Ownership(boolean weights, boolean captions) {
    /** Neither: a view. */
    static final Ownership NOTHING = new Ownership(false, false);

    /** The weights alone: the usual case, and that of copies, which share captions. */
    static final Ownership WEIGHTS = new Ownership(true, false);

    /** The same, and the captions. */
    Ownership withCaptions() {
        return new Ownership(weights, true);
    }
}
