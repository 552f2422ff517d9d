package dev.oar.hub;

import dev.oar.checkpoint.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The hash that the name of a content is: 64 hexadecimal digits are the SHA-256 of a large file, 40 are the SHA-1 of a small one as
 * <a href="https://git-scm.com/book/en/v2/Git-Internals-Git-Objects">git names its objects</a>, that is of
 * {@code "blob SIZE\0"} and the content. Other names tell nothing.
 */
final class ContentHash {
    private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");
    private static final Pattern GIT_BLOB = Pattern.compile("[0-9a-fA-F]{40}");

    private ContentHash() {}

    /** What a file is called by its content, in the form that an etag has; empty if that etag is no hash. */
    static Optional<String> of(Path file, String etag) throws IOException {
        if (SHA_256.matcher(etag).matches()) {
            return Optional.of(Fingerprint.ofFile(file));
        }
        return GIT_BLOB.matcher(etag).matches() ? Optional.of(gitBlob(file)) : Optional.empty();
    }

    /** How a hash and an etag differ, as part of a sentence; empty if they do not. */
    static Optional<String> mismatch(Path file, String etag) throws IOException {
        String expected = etag.toLowerCase(Locale.ROOT);
        return of(file, etag)
                .filter(actual -> !actual.equals(expected))
                .map(actual -> "must have the hash " + expected + ", but what came has " + actual);
    }

    private static String gitBlob(Path file) throws IOException {
        MessageDigest digest = sha1();
        digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
        try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
            content.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static MessageDigest sha1() {
        try {
            return MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform must offer SHA-1, but this one does not", e);
        }
    }
}
