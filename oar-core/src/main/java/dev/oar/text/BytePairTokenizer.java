package dev.oar.text;

import dev.oar.config.Require;
import dev.oar.file.AtomicFile;
import dev.oar.file.BoundedFile;
import dev.oar.file.CorruptFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text tokenizer of byte pairs (Sennrich et al., arXiv 1508.07909) over the bytes of UTF-8, learned from captions: every text has
 * ids, words that occur often have one. Upper and lower case are the same. Its file is a {@code tokenizer.json} that Hugging Face's
 * tokenizers read, too, with the same ids.
 *
 * <p>Immutable; several threads may use one at once.
 */
public final class BytePairTokenizer {
    /** The number of ids of single bytes. */
    public static final int BYTES = 256;

    private static final int MOST_FILE_BYTES = 64 << 20;
    private static final int FEWEST_OCCURRENCES = 2;
    private static final Pattern WORD = Pattern.compile(BytePairFile.WORD, Pattern.UNICODE_CHARACTER_CLASS);

    private final List<BytePair> merges;
    private final Map<String, Integer> ids;
    private final Map<BytePair, Integer> ranks;

    /** A tokenizer that joins these pairs, the first ones first. */
    BytePairTokenizer(List<BytePair> merges) {
        this.merges = List.copyOf(merges);
        this.ids = new LinkedHashMap<>();
        this.ranks = new HashMap<>();
        for (int value = 0; value < BYTES; value++) {
            ids.put(ByteLetters.letter(value), value);
        }
        for (BytePair pair : merges) {
            Require.that(
                    ids.containsKey(pair.first())
                            && ids.containsKey(pair.second())
                            && ids.put(pair.joined(), ids.size()) == null,
                    "every merge must join two known parts to a new one, but merge %s joins '%s' and '%s'; take the file as"
                            + " it was written",
                    ranks.size(),
                    pair.first(),
                    pair.second());
            ranks.put(pair, ranks.size());
        }
    }

    /**
     * Learns the pairs of letters and parts of words that occur most often, until the vocabulary is full or no pair occurs twice. Pairs
     * that occur equally often come in the order of their letters, so that equal captions give equal tokenizers.
     *
     * @param captions the captions, repetitions counting as often as they occur
     * @param vocabularySize the largest number of ids, at least 256
     */
    public static BytePairTokenizer train(Collection<String> captions, int vocabularySize) {
        Require.that(
                vocabularySize >= BYTES,
                "a vocabulary holds at least the %s bytes, but is to have %s ids; choose for example 1024",
                BYTES,
                vocabularySize);
        Map<String, Long> counts = new TreeMap<>();
        for (String caption : captions) {
            words(caption).forEach(word -> counts.merge(word, 1L, Long::sum));
        }
        List<List<String>> words = new ArrayList<>();
        counts.keySet().forEach(word -> words.add(letters(word)));
        List<Long> weights = new ArrayList<>(counts.values());
        List<BytePair> merges = new ArrayList<>();
        while (BYTES + merges.size() < vocabularySize) {
            Map<BytePair, Long> pairs = new TreeMap<>();
            for (int i = 0; i < words.size(); i++) {
                List<String> word = words.get(i);
                for (int at = 0; at + 1 < word.size(); at++) {
                    pairs.merge(new BytePair(word.get(at), word.get(at + 1)), weights.get(i), Long::sum);
                }
            }
            long most = pairs.values().stream().mapToLong(Long::longValue).max().orElse(0);
            if (most < FEWEST_OCCURRENCES) {
                break;
            }
            BytePair best = pairs.entrySet().stream()
                    .filter(entry -> entry.getValue() == most)
                    .findFirst()
                    .orElseThrow()
                    .getKey();
            words.replaceAll(word -> joined(word, best));
            merges.add(best);
        }
        return new BytePairTokenizer(merges);
    }

    /** The number of ids. */
    public int vocabularySize() {
        return ids.size();
    }

    /**
     * The ids of a text.
     *
     * @return each in {@code 0 .. vocabularySize - 1}
     */
    public int[] encode(String text) {
        List<Integer> encoded = new ArrayList<>();
        for (String word : words(text)) {
            for (String part : parts(word)) {
                encoded.add(ids.getOrDefault(part, -1));
            }
        }
        return encoded.stream().mapToInt(Integer::intValue).toArray();
    }

    /** How many ids a text has. */
    public int length(String text) {
        return encode(text).length;
    }

    /** The parts of a word, its pairs joined in the order in which they were learned. */
    private List<String> parts(String word) {
        List<String> parts = letters(word);
        while (true) {
            BytePair next = null;
            int rank = Integer.MAX_VALUE;
            for (int at = 0; at + 1 < parts.size(); at++) {
                BytePair pair = new BytePair(parts.get(at), parts.get(at + 1));
                int its = ranks.getOrDefault(pair, Integer.MAX_VALUE);
                if (its < rank) {
                    rank = its;
                    next = pair;
                }
            }
            if (next == null) {
                return parts;
            }
            parts = joined(parts, next);
        }
    }

    /** Writes the {@code tokenizer.json}; equal tokenizers give equal bytes. */
    public void write(Path file) throws IOException {
        AtomicFile.write(file, BytePairFile.text(ids, merges).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Reads what {@link #write} has written.
     *
     * @throws CorruptFileException if it is damaged or of another kind
     */
    public static BytePairTokenizer read(Path file) throws IOException {
        String text = new String(
                BoundedFile.read(file, MOST_FILE_BYTES, "take the file that was trained with the model"),
                StandardCharsets.UTF_8);
        try {
            BytePairTokenizer tokenizer = new BytePairTokenizer(BytePairFile.merges(text));
            Require.that(
                    BytePairFile.text(tokenizer.ids, tokenizer.merges).equals(text),
                    "its vocabulary of %s ids or its settings are others",
                    tokenizer.vocabularySize());
            return tokenizer;
        } catch (IllegalArgumentException refusal) {
            throw new CorruptFileException(
                    file + " must be a byte-pair tokenizer as a run of captions writes it, but is not ("
                            + refusal.getMessage() + "); take the file that was trained with the model",
                    refusal);
        }
    }

    /** The words of a text in lower case, each with the space before it. */
    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(" " + CaptionText.lowerCase(CaptionText.clean(text)));
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }

    private static List<String> letters(String word) {
        List<String> letters = new ArrayList<>();
        for (byte value : word.getBytes(StandardCharsets.UTF_8)) {
            letters.add(ByteLetters.letter(value & 0xFF));
        }
        return letters;
    }

    private static List<String> joined(List<String> parts, BytePair pair) {
        List<String> joined = new ArrayList<>();
        for (int at = 0; at < parts.size(); at++) {
            if (at + 1 < parts.size()
                    && parts.get(at).equals(pair.first())
                    && parts.get(at + 1).equals(pair.second())) {
                joined.add(pair.joined());
                at++;
            } else {
                joined.add(parts.get(at));
            }
        }
        return joined;
    }
}
