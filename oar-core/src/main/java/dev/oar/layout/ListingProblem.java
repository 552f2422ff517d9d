package dev.oar.layout;

/** What is wrong with one row, file or image of a set, beside which the others can still be listed. */
public enum ListingProblem {
    /** A row that cannot be read: too many or too few fields, no object, a list in place of a text. */
    BROKEN_ROW("rows that cannot be read"),
    /** A sample of a shard with two images, a part that stands twice or apart from the others, or words that are none. */
    BROKEN_SAMPLE("samples that cannot be read"),
    /** A row whose image is not there. */
    MISSING_FILE("rows whose image is not there"),
    /** A row that names no file below the top of the set. */
    OUTSIDE("rows that name no file of the set"),
    /** An image or a number that stands twice, where each may stand once. */
    NAMED_TWICE("images that are named twice"),
    /** An image of which nothing says what class it is of. */
    NO_CLASS("images without a class"),
    /** A row without a value of an attribute that was asked for. */
    NO_VALUE("rows without a value of an attribute"),
    /** An image at a depth at which there are no classes. */
    MISPLACED("images that do not lie where the others do");

    private final String items;

    ListingProblem(String items) {
        this.items = items;
    }

    /** What has the problem, as a sentence names it in the plural. */
    public String items() {
        return items;
    }
}
