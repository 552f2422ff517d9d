package dev.oar.text;

import dev.oar.config.Require;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** The text of a caption before it becomes ids. */
public final class CaptionText {
    private static final int MOST_CHARACTERS = 10_000;
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private CaptionText() {}

    /**
     * A caption as it is read and shown: composed characters (NFC), single spaces, none at its ends.
     *
     * @throws IllegalArgumentException if nothing is left, or it holds characters that nobody can see, or half of one
     */
    public static String clean(String caption) {
        Require.that(
                caption.length() <= MOST_CHARACTERS,
                "a caption may have up to %s characters, but one has %s; shorten it",
                MOST_CHARACTERS,
                caption.length());
        String composed = SPACE.matcher(Normalizer.normalize(caption, Normalizer.Form.NFC))
                .replaceAll(" ")
                .strip();
        for (int at = 0; at < composed.length(); at += Character.charCount(composed.codePointAt(at))) {
            int character = composed.codePointAt(at);
            boolean half = character <= Character.MAX_VALUE && Character.isSurrogate((char) character);
            Require.that(
                    !Character.isISOControl(character) && !half,
                    "a caption may hold text only, but character %s of '%s' is the control character U+%s; take it out",
                    at + 1,
                    composed.replaceAll("\\p{Cntrl}", "?"),
                    String.format(Locale.ROOT, "%04X", character));
        }
        Require.that(
                !composed.isEmpty(),
                "a caption must say something, but '%s' is empty; leave it out to draw without one",
                composed);
        return composed;
    }
}
