package dev.oar.text;

import dev.oar.config.Require;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/** The text of a caption before it becomes ids. */
public final class CaptionText {
    private static final int MOST_CHARACTERS = 10_000;

    /** Every space of Unicode, as the tokenizers library has it, not those of ASCII alone. */
    private static final Pattern SPACES = Pattern.compile("\\s+", Pattern.UNICODE_CHARACTER_CLASS);

    private CaptionText() {}

    /**
     * A caption as it is read and shown: composed characters (NFC), single spaces, none at its ends.
     *
     * @throws IllegalArgumentException if nothing is left, or it is too long, or holds a control character or half of a character; signs
     *     of no width are text
     */
    public static String clean(String caption) {
        Require.that(
                caption.length() <= MOST_CHARACTERS,
                "a caption may have up to %s characters, but one has %s; shorten it",
                MOST_CHARACTERS,
                caption.length());
        String composed = withoutEnds(SPACES.matcher(Normalizer.normalize(caption, Normalizer.Form.NFC))
                .replaceAll(" "));
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

    /** A text of single spaces without those at its ends. {@link String#strip} would take control characters, too. */
    private static String withoutEnds(String text) {
        int from = text.startsWith(" ") ? 1 : 0;
        int to = text.endsWith(" ") ? text.length() - 1 : text.length();
        return text.substring(from, Math.max(from, to));
    }

    /**
     * A text in lower case, each character by itself, as the tokenizers library has it: a sigma is the same wherever in a word it stands.
     */
    static String lowerCase(String text) {
        StringBuilder lower = new StringBuilder(text.length());
        text.codePoints()
                .forEach(character -> lower.append(Character.toString(character).toLowerCase(Locale.ROOT)));
        return lower.toString();
    }
}
