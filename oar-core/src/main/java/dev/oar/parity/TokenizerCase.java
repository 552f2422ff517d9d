package dev.oar.parity;

import dev.oar.config.Spelling;
import dev.oar.tensor.Tensors;
import dev.oar.text.Columns;
import dev.oar.text.PaddingSide;
import dev.oar.text.TextTokenizer;
import dev.oar.text.TokenLayout;
import dev.oar.text.TokenizedTexts;
import dev.oar.text.Truncation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Text tokenizers: tokens of texts with and without special tokens, cut and padded. */
final class TokenizerCase implements GoldenCase {
    private static final String FILE = "golden";
    private static final String DIFFERENT = "texts that differ";

    /** A text and its tokens. */
    private record Text(String text, List<Integer> ids, List<String> pieces, List<Integer> bare) {}

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.remarks("pad_token", "eos_token_id", "bos_token_id", "unk_token_id");
        settings.fixed("truncation_side", "right");
        List<Text> texts = texts(run);
        run.absolute("number of texts", texts.size(), settings.integer("cases"), 0);
        TokenLayout layout = new TokenLayout(
                settings.integer("max_length"),
                Truncation.CUT,
                Spelling.constant(PaddingSide.class, settings.text("padding_side"))
                        .orElseThrow(() -> settings.refused("padding_side", "left or right")),
                Columns.MAXIMUM);
        for (String file : settings.texts("tokenizer_files")) {
            try (TextTokenizer tokenizer =
                    TextTokenizer.open(run.folder().path().resolve(file))) {
                run.absolute(file + ": vocabulary", tokenizer.vocabularySize(), settings.integer("vocab_size"), 0);
                run.absolute(
                        file + ": padding token",
                        tokenizer.paddingId().orElse(-1),
                        settings.integer("pad_token_id"),
                        0);
                tokens(run, file, tokenizer, texts);
                rows(run, tokenizer, texts, layout);
            }
        }
    }

    private static List<Text> texts(GoldenRun run) throws IOException {
        List<Text> texts = new ArrayList<>();
        for (Settings text : run.folder().list("cases.json")) {
            text.remarks("name");
            texts.add(new Text(
                    text.text("text"),
                    text.integers("ids"),
                    text.texts("tokens"),
                    text.integers("ids_without_special_tokens")));
        }
        return texts;
    }

    private static void tokens(GoldenRun run, String file, TextTokenizer tokenizer, List<Text> texts) {
        int ids = 0;
        int pieces = 0;
        int bare = 0;
        for (Text text : texts) {
            ids += equal(tokenizer.tokens(text.text()), text.ids()) ? 0 : 1;
            pieces += tokenizer.pieces(text.text()).equals(text.pieces()) ? 0 : 1;
            bare += equal(tokenizer.bareTokens(text.text()), text.bare()) ? 0 : 1;
        }
        run.add(file + ": ids", ids, 0, DIFFERENT);
        run.add(file + ": tokens", pieces, 0, DIFFERENT);
        run.add(file + ": ids_without_special_tokens", bare, 0, DIFFERENT);
    }

    private static boolean equal(int[] actual, List<Integer> reference) {
        return Arrays.equals(
                actual, reference.stream().mapToInt(Integer::intValue).toArray());
    }

    private static void rows(GoldenRun run, TextTokenizer tokenizer, List<Text> texts, TokenLayout layout)
            throws IOException {
        TokenizedTexts rows = tokenizer.encode(texts.stream().map(Text::text).toList(), layout);
        run.exact(FILE, "ids", Tensors.of(rows.ids()));
        boolean[] mask = rows.mask();
        long[] numbers = new long[mask.length];
        for (int i = 0; i < mask.length; i++) {
            numbers[i] = mask[i] ? 1 : 0;
        }
        run.exact(FILE, "attention_mask", Tensors.of(numbers, rows.count(), rows.columns()));
    }
}
