package dev.oar.text;

import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.config.Require;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tokenizer of a text encoder: texts become tokens as the {@code tokenizer.json} that is published beside the encoder says, by
 * Hugging Face's own library. Byte-level BPE as CLIP has it and SentencePiece unigram as T5 has it are known.
 *
 * <p>What the file says of truncation and padding counts for nothing: {@link TokenLayout} says both. Texts are taken as they are: a
 * special token that a text names is that token, and what cleaning a pipeline does before is its own. Several threads may use one at once,
 * one after the other. Owns native memory until {@link #close()}.
 */
public final class TextTokenizer implements AutoCloseable {
    /** File name of a tokenizer. */
    public static final String FILE = "tokenizer.json";

    /** A caption that is longer has been mistaken for one. */
    private static final int LONGEST_TEXT = 1 << 16;

    private static final String STRATEGY = "LONGEST_FIRST";

    private final TokenizerFile file;
    private final TokenizersLibrary library;
    private final String fingerprint;
    private final int specialTokens;
    private long handle;

    private TextTokenizer(TokenizerFile file, TokenizersLibrary library, long handle) {
        this.file = file;
        this.library = library;
        this.handle = handle;
        this.fingerprint = Fingerprint.of(
                "text tokenizer",
                file.text(),
                file.paddingId().isPresent() ? Integer.toString(file.paddingId().getAsInt()) : "");
        library.disablePadding(handle);
        library.disableTruncation(handle);
        this.specialTokens = ids("", true).length;
    }

    /**
     * Opens a tokenizer.
     *
     * @param path a file {@code tokenizer.json}, or a folder that holds one; {@code tokenizer_config.json} beside it names the padding
     * @throws CorruptFileException if it is missing, damaged, or of a kind that is not known
     * @throws IllegalStateException if the native library cannot be loaded
     */
    public static TextTokenizer open(Path path) throws IOException {
        TokenizerFile file = TokenizerFile.read(Files.isDirectory(path) ? path.resolve(FILE) : path);
        TokenizersLibrary library = TokenizerLibrary.load();
        long handle = 0;
        try {
            handle = library.createTokenizerFromString(file.text());
            return new TextTokenizer(file, library, handle);
        } catch (RuntimeException e) {
            if (handle != 0) {
                library.deleteTokenizer(handle);
            }
            throw new CorruptFileException(
                    file.path() + " must be a tokenizer that the tokenizers library reads, but it does not ("
                            + TokenizerLibrary.firstLine(e)
                            + "); fetch it again, or use that of another release",
                    e);
        }
    }

    /**
     * Turns texts into rows of tokens.
     *
     * @param texts at least one; a text may be empty where the tokenizer puts special tokens around it
     * @throws IllegalArgumentException if a text has no tokens, is longer than the layout allows and not to be cut, or holds half a
     *     character, or if rows must be padded and nothing says with what
     */
    public TokenizedTexts encode(List<String> texts, TokenLayout layout) {
        Require.that(!texts.isEmpty(), "at least one text is tokenized at a time, but there are none; name a caption");
        Require.that(
                layout.maximumLength() > specialTokens,
                "a text needs room for its %s special tokens and at least one other, but may have %s tokens in all; allow"
                        + " more",
                specialTokens,
                layout.maximumLength());
        int[][] tokens = new int[texts.size()][];
        boolean[] cut = new boolean[texts.size()];
        for (int text = 0; text < tokens.length; text++) {
            tokens[text] = tokens(texts.get(text));
            cut[text] = tokens[text].length > layout.maximumLength();
            if (cut[text]) {
                Require.that(
                        layout.truncation() == Truncation.CUT,
                        "a text may have %s tokens, but '%s' has %s; shorten it, or allow texts to be cut",
                        layout.maximumLength(),
                        TokenizerRules.shown(texts.get(text)),
                        tokens[text].length);
                tokens[text] = truncated(texts.get(text), layout.maximumLength());
            }
        }
        return padded(tokens, cut, layout);
    }

    /**
     * The tokens of a text, special tokens included, neither cut nor padded.
     *
     * @throws IllegalArgumentException if it has none, or holds half a character
     */
    public int[] tokens(String text) {
        requireText(text);
        int[] ids = ids(text, true);
        Require.that(
                ids.length >= 1,
                "a text must have at least one token, but '%s' has none in %s; leave it out, or draw without a caption",
                TokenizerRules.shown(text),
                file.path());
        return ids;
    }

    /**
     * The tokens of a text without the special tokens around it; there may be none.
     *
     * @throws IllegalArgumentException if it holds half a character
     */
    public int[] bareTokens(String text) {
        requireText(text);
        return ids(text, false);
    }

    /**
     * What the {@link #tokens} of a text say, as the tokenizer writes them.
     *
     * @throws IllegalArgumentException if it holds half a character
     */
    public synchronized List<String> pieces(String text) {
        requireText(text);
        requireOpen();
        long encoding = library.encode(handle, text, true);
        try {
            return List.of(library.getTokens(encoding));
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    private static void requireText(String text) {
        Require.that(
                text.length() <= LONGEST_TEXT,
                "a text may have %s characters, but '%s' has %s; shorten it",
                LONGEST_TEXT,
                TokenizerRules.shown(text),
                text.length());
        Require.that(
                isWhole(text),
                "a text must be of whole characters, but '%s' holds half of one (an unpaired surrogate); save it as UTF-8",
                TokenizerRules.shown(text));
    }

    /** One more than the largest token: what an encoder's embedding must have room for. */
    public int vocabularySize() {
        return file.vocabularySize();
    }

    /** The token that fills up rows, if the tokenizer's files name it. */
    public OptionalInt paddingId() {
        return file.paddingId();
    }

    /** Of all that tokens depend on but the layout. */
    public String fingerprint() {
        return fingerprint;
    }

    /** Frees the native memory. */
    @Override
    public synchronized void close() {
        if (handle != 0) {
            library.deleteTokenizer(handle);
            handle = 0;
        }
    }

    private TokenizedTexts padded(int[][] tokens, boolean[] cut, TokenLayout layout) {
        int[] lengths = Arrays.stream(tokens).mapToInt(row -> row.length).toArray();
        int columns = layout.columns() == Columns.MAXIMUM
                ? layout.maximumLength()
                : Arrays.stream(lengths).max().orElseThrow();
        Require.that(
                paddingId().isPresent() || Arrays.stream(lengths).allMatch(length -> length == columns),
                "shorter texts are filled up with a padding token, but neither %s nor a tokenizer_config.json beside it names"
                        + " one; put that file there",
                file.path());
        int[][] rows = new int[tokens.length][];
        for (int text = 0; text < rows.length; text++) {
            rows[text] = new int[columns];
            Arrays.fill(rows[text], paddingId().orElse(0));
            int first = layout.side() == PaddingSide.LEFT ? columns - lengths[text] : 0;
            System.arraycopy(tokens[text], 0, rows[text], first, lengths[text]);
        }
        return new TokenizedTexts(rows, lengths, cut, layout.side());
    }

    private synchronized int[] truncated(String text, int maximumLength) {
        requireOpen();
        library.setTruncation(handle, maximumLength, STRATEGY, 0);
        try {
            return ids(text, true);
        } finally {
            library.disableTruncation(handle);
        }
    }

    private synchronized int[] ids(String text, boolean special) {
        requireOpen();
        long encoding = library.encode(handle, text, special);
        try {
            return Arrays.stream(library.getTokenIds(encoding))
                    .mapToInt(Math::toIntExact)
                    .toArray();
        } finally {
            library.deleteEncoding(encoding);
        }
    }

    private void requireOpen() {
        Require.that(
                handle != 0,
                "a text tokenizer is used until it is closed, but %s has been; open it again",
                file.path());
    }

    private static boolean isWhole(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }
}
