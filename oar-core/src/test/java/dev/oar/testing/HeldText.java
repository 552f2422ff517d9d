package dev.oar.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Texts that must stay what they are to the byte, since files that users keep hold them; they stand under {@code held/}. */
public final class HeldText {
    private HeldText() {}

    /**
     * Fails unless a text is the one that is held; the text is then left in {@code target/held}, to be taken over if the change is meant.
     *
     * @param name of a file under {@code held/}
     */
    public static void assertHeld(String name, String actual) throws IOException {
        String expected = held(name);
        if (!actual.equals(expected)) {
            Path left = Path.of("target", "held", name);
            Files.createDirectories(left.getParent());
            Files.writeString(left, actual);
        }
        assertThat(actual).as(name).isEqualTo(expected);
    }

    private static String held(String name) throws IOException {
        try (InputStream held = HeldText.class.getResourceAsStream("/held/" + name)) {
            return held == null ? "" : new String(held.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
