package dev.oar.file;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The one way in which text that people write is read: UTF-8, with or without the byte order mark that some editors put first. */
public final class Utf8Text {
    private static final String BYTE_ORDER_MARK = "\uFEFF";

    private Utf8Text() {}

    /**
     * The text of a file without its byte order mark.
     *
     * @param name what to call the file in errors
     * @param bytes all bytes of the file
     * @throws CorruptFileException in one sentence, if they are not UTF-8
     */
    public static String decode(String name, byte[] bytes) throws CorruptFileException {
        try {
            // A decoder of its own refuses what is not UTF-8; the charset alone would put replacement characters there.
            return withoutMark(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw new CorruptFileException(
                    name + " must be UTF-8 text, but is " + (isUtf16(bytes) ? "UTF-16" : "not") + "; save it as UTF-8",
                    e);
        }
    }

    /** A text without the byte order mark that it may begin with. */
    public static String withoutMark(String text) {
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(BYTE_ORDER_MARK.length()) : text;
    }

    private static boolean isUtf16(byte[] bytes) {
        return bytes.length >= 2
                && (bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE
                        || bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF);
    }
}
