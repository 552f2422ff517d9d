package dev.oar.message;

import java.util.Base64;

/** Files within JSON. */
public final class Base64Text {
    private static final String DATA_URL = "data:";

    private Base64Text() {}

    /**
     * The bytes of a text in base64, or of a data URL of it.
     *
     * @param name what to call it in errors
     * @throws IllegalArgumentException in one sentence, if it is none
     */
    public static byte[] decode(String name, String text) {
        String plain = text.startsWith(DATA_URL) ? text.substring(text.indexOf(',') + 1) : text;
        try {
            return Base64.getDecoder().decode(plain.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    name + " must be a file in base64, but is not (" + e.getMessage() + "); encode it", e);
        }
    }
}
