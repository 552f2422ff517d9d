package dev.oar.text;

/**
 * One visible letter for every byte, so that parts of words can stand in a file as text: printable bytes of Latin-1 are themselves, the
 * others the letters from U+0100 on (the alphabet of GPT-2's tokenizer).
 */
final class ByteLetters {
    private static final String[] LETTERS = new String[256];

    static {
        int next = 0x100;
        for (int value = 0; value < LETTERS.length; value++) {
            boolean printable = value >= '!' && value <= '~' || value >= 0xA1 && value <= 0xFF && value != 0xAD;
            LETTERS[value] = String.valueOf((char) (printable ? value : next++));
        }
    }

    private ByteLetters() {}

    /** The letter of a byte in 0 .. 255. */
    static String letter(int value) {
        return LETTERS[value];
    }
}
