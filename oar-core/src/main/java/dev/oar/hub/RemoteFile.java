package dev.oar.hub;

import java.io.IOException;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the hub says of a file. All of it becomes local names or bounds, so all of it is checked.
 *
 * <p>{@code X-Repo-Commit} names the commit. For large files, whose content lies on another host, {@code X-Linked-Etag} and
 * {@code X-Linked-Size} of the redirect are the file's; for small ones, {@code ETag} and {@code Content-Length} of the final answer.
 *
 * @param commit 40 hexadecimal digits
 * @param etag letters, digits, {@code _} and {@code -}, at most 128
 * @param size bytes
 */
record RemoteFile(String commit, String etag, long size) {
    private static final String COMMIT = "X-Repo-Commit";
    private static final String LINKED_ETAG = "X-Linked-Etag";
    private static final String LINKED_SIZE = "X-Linked-Size";
    private static final Pattern ETAG = Pattern.compile("\\w[\\w-]{0,127}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");

    /** Whether one answer says all there is to know of a file, so that its redirect need not be followed. */
    static boolean isDescribedBy(HttpHeaders headers) {
        return headers.firstValue(COMMIT).isPresent()
                && headers.firstValue(LINKED_ETAG).isPresent()
                && headers.firstValue(LINKED_SIZE).isPresent();
    }

    /** Whether a text may be the name of a file in the cache. */
    static boolean isEtag(String text) {
        return ETAG.matcher(text).matches();
    }

    /**
     * Reads the answers to a question for a file, redirects before the last.
     *
     * @throws IOException if something is missing or unusable
     */
    static RemoteFile of(HubReference reference, List<HttpHeaders> answers) throws IOException {
        HttpHeaders last = answers.get(answers.size() - 1);
        String commit = first(answers, COMMIT).orElse("");
        String etag = unquoted(
                first(answers, LINKED_ETAG).or(() -> last.firstValue("ETag")).orElse(""));
        String size = first(answers, LINKED_SIZE)
                .or(() -> last.firstValue("Content-Length"))
                .orElse("");
        require(HubReference.isCommit(commit), reference, COMMIT, "40 hexadecimal digits", commit);
        require(isEtag(etag), reference, "ETag", "up to 128 letters, digits, '_' and '-'", etag);
        require(NUMBER.matcher(size).matches(), reference, "Content-Length", "a number of bytes", size);
        requirePinned(reference, commit);
        return new RemoteFile(commit, etag, Long.parseLong(size));
    }

    /** The declared size of a body, if there is one that is a number. */
    static Optional<Long> contentLength(HttpResponse<?> answer) {
        return answer.headers()
                .firstValue("Content-Length")
                .filter(text -> NUMBER.matcher(text).matches())
                .map(Long::valueOf);
    }

    private static void requirePinned(HubReference reference, String commit) throws IOException {
        if (reference.pinned() && !reference.revision().equals(commit)) {
            throw new IOException("a file at a commit must be of that commit, but the hub answers with commit " + commit
                    + " for " + reference + "; check HF_ENDPOINT, or name a branch");
        }
    }

    private static void require(boolean rule, HubReference reference, String header, String form, String value)
            throws IOException {
        if (!rule) {
            throw new IOException("a hub must give " + form + " as " + header + " of a file, but gives '"
                    + HubReference.shown(value) + "' for " + reference
                    + "; check HF_ENDPOINT, or give the path of a local file in its place");
        }
    }

    private static Optional<String> first(List<HttpHeaders> answers, String header) {
        return answers.stream()
                .flatMap(headers -> headers.firstValue(header).stream())
                .findFirst();
    }

    private static String unquoted(String etag) {
        String strong = etag.startsWith("W/") ? etag.substring(2) : etag;
        boolean quoted = strong.length() >= 2 && strong.startsWith("\"") && strong.endsWith("\"");
        return quoted ? strong.substring(1, strong.length() - 1) : strong;
    }
}
