package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;
import java.nio.file.Path;

/**
 * Words the one sentence that refuses a file. Names and values in it may come from the file itself, so line breaks in them and
 * great length must not spoil the sentence.
 *
 * @param path the file
 * @param format what it was taken for, such as "safetensors file"
 */
record Damage(Path path, String format) {
    private static final int LONGEST = 500;

    /** The file breaks a rule of its format. */
    CorruptFileException found(String finding) {
        return new CorruptFileException(sentence(finding));
    }

    /** The file breaks a rule of its format, as something else found out. */
    CorruptFileException found(String finding, Throwable cause) {
        return new CorruptFileException(sentence(finding), cause);
    }

    private String sentence(String finding) {
        return path + " is no intact " + format + ": " + line(finding) + "; fetch or make it again";
    }

    /** The text on one line and of bearable length. */
    static String line(String text) {
        String shortened = text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
        return shortened.replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    }
}
