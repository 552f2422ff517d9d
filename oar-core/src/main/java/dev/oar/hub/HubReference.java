package dev.oar.hub;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names one file of a model repository on the hub, written
 *
 * <pre>
 *   hf://OWNER/REPO/PATH             the file as it is on branch main
 *   hf://OWNER/REPO@REVISION/PATH    as it is at a branch, a tag or a commit
 * </pre>
 *
 * PATH may have folders, separated by {@code /}, and is taken as it stands. A slash within REVISION is written {@code %2F}, as in
 * {@code refs%2Fpr%2F1}. This is the grammar of the hub's own
 * <a href="https://huggingface.co/docs/huggingface_hub/guides/hf_file_system">file system</a>, restricted to models.
 *
 * <p>Since all parts become names on the local disk, none can lead out of its folder: see {@link #HubReference} for the rules.
 *
 * @param owner a user or an organisation
 * @param repo the name of the repository
 * @param revision a branch, a tag or the 40 hexadecimal digits of a commit
 * @param path the file's path in the repository
 */
public record HubReference(String owner, String repo, String revision, String path) {
    /** What every reference begins with. */
    public static final String SCHEME = "hf://";

    /** The revision where none is named. */
    public static final String MAIN = "main";

    private static final String GRAMMAR = "write hf://OWNER/REPO/PATH or hf://OWNER/REPO@REVISION/PATH";

    /** The hub's own rule for names; without "--", the cache folder of a repository is unambiguous. */
    private static final Pattern NAME = Pattern.compile("(?!.*(?:--|\\.\\.))\\w(?:[\\w.-]{0,94}\\w)?");

    private static final Pattern REVISION = Pattern.compile("[\\w+-][\\w.+-]*(?:/[\\w+-][\\w.+-]*)*");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Characters that some file system gives a meaning, and those that do not show. */
    private static final Pattern SPECIAL = Pattern.compile("[\\\\:\\p{Cntrl}]");

    /** First parts of addresses of the hub that are not owners of models. */
    private static final Set<String> NOT_MODELS = Set.of("datasets", "spaces", "models", "api", "buckets");

    private static final int LONGEST = 255;

    /**
     * Checks all parts.
     *
     * @throws IllegalArgumentException if owner or repo are not 1 to 96 letters, digits, {@code _}, {@code -} and {@code .} with
     *     letters, digits or {@code _} at both ends and neither {@code --} nor {@code ..} within, if revision or path are empty or
     *     longer than 255, or if a part of revision or path between slashes is empty, is {@code .} or {@code ..}, or has
     *     characters that file systems reserve
     */
    public HubReference {
        checkName("owner", owner);
        checkName("repository", repo);
        if (NOT_MODELS.contains(owner.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("only model repositories can be fetched from, but '" + owner
                    + "' is not the owner of one; " + GRAMMAR);
        }
        if (revision.length() > LONGEST
                || revision.contains("..")
                || !REVISION.matcher(revision).matches()) {
            throw new IllegalArgumentException("a revision must be a branch, a tag or a commit, but is '"
                    + shown(revision) + "'; " + GRAMMAR + ", with %2F for a slash in REVISION");
        }
        checkPath(path);
    }

    /** The file at the head of branch main. */
    public HubReference(String owner, String repo, String path) {
        this(owner, repo, MAIN, path);
    }

    /** Whether a text is meant as a reference rather than as a path of the local disk. */
    public static boolean isReference(String text) {
        return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
    }

    /**
     * Reads a reference.
     *
     * @throws IllegalArgumentException if it breaks the grammar
     */
    public static HubReference parse(String text) {
        if (!isReference(text)) {
            throw malformed(text);
        }
        String[] parts = text.substring(SCHEME.length()).split("/", 3);
        if (parts.length < 3) {
            throw malformed(text);
        }
        int at = parts[1].indexOf('@');
        if (at < 0) {
            return new HubReference(parts[0], parts[1], parts[2]);
        }
        String revision = parts[1].substring(at + 1).replaceAll("(?i)%2F", "/");
        return new HubReference(parts[0], parts[1].substring(0, at), revision, parts[2]);
    }

    /** Owner and name as the hub writes them: {@code OWNER/REPO}. */
    public String repository() {
        return owner + "/" + repo;
    }

    /** Whether the revision is a commit in full, so that the content can never change. */
    public boolean pinned() {
        return COMMIT.matcher(revision).matches();
    }

    /** Whether a text is the full name of a commit. */
    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** The form that {@link #parse} reads; branch main is left out. */
    @Override
    public String toString() {
        String at = revision.equals(MAIN) ? "" : "@" + revision.replace("/", "%2F");
        return SCHEME + repository() + at + "/" + path;
    }

    private static void checkName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("the " + what
                    + " of a reference must be a name of 1 to 96 letters, digits, '_', '-' and '.', but is '"
                    + shown(name)
                    + "'; " + GRAMMAR);
        }
    }

    private static void checkPath(String path) {
        for (String part : path.split("/", -1)) {
            if (part.isEmpty()
                    || part.equals(".")
                    || part.equals("..")
                    || SPECIAL.matcher(part).find()) {
                throw new IllegalArgumentException(
                        "the path of a file in a repository must have no empty, '.' or '..' part"
                                + " and no backslash, colon or control character, but is '" + shown(path) + "'; "
                                + GRAMMAR);
            }
        }
        if (path.length() > LONGEST) {
            throw new IllegalArgumentException("the path of a file in a repository may have " + LONGEST
                    + " characters, but has " + path.length() + "; name another file");
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("a file on the hub is named by owner, repository and path, but '"
                + shown(text) + "' is not; " + GRAMMAR);
    }

    /** A foreign text, cut and without what does not show, for a message. */
    static String shown(String text) {
        String cut = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
