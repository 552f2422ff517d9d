package dev.oar.parity;

import dev.oar.file.CorruptFileException;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.LlamaGenGpt;
import dev.oar.model.LlamaGenGptConfig;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.text.PaddingSide;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * LlamaGen's raster transformer on captions: features to prefix, masks, hidden states, logits, losses, gradients, dropped captions and
 * greedy generation. The unconditional embedding is seen as far as the caption that it stands beside, so captions are compared one by one
 * where it counts.
 */
final class LlamaGenTextCase implements GoldenCase {
    private static final String FORWARD = "forward";
    private static final String GENERATE = "generate";

    @Override
    public void compare(GoldenRun run) throws IOException {
        Settings settings = run.folder().settings();
        settings.remarks("lengths");
        CaptionConditioning sizes =
                CaptionConditioning.frozen(settings.integer("cls_token_num"), settings.integer("caption_dim"));
        TokenSpace space = LlamaGenModels.space(settings, 1);
        LlamaGenGptConfig config = LlamaGenModels.config(settings).conditionedOn(sizes);
        Tensor features = run.input(FORWARD, "t5_features");
        int[] lengths = Arrays.stream(run.rows(FORWARD, "t5_mask"))
                .mapToInt(row -> Arrays.stream(row).sum())
                .toArray();
        try (LlamaGenGpt model = new LlamaGenGpt(config, space, run.folder().weights());
                CaptionEmbeddings captions = captions(run, features, lengths)) {
            captions(run, captions);
            prefix(run, model, captions);
            forward(run, model, captions);
            unmasked(run, model);
            dropped(run, model, captions);
            for (Settings generation : settings.parts("generate")) {
                generate(run, model, features, lengths, generation);
            }
        }
    }

    private static CaptionEmbeddings captions(GoldenRun run, Tensor features, int[] lengths)
            throws CorruptFileException {
        try {
            return CaptionEmbeddings.of(features, lengths);
        } catch (IllegalArgumentException e) {
            throw new CorruptFileException(
                    "the captions of " + run.folder().path() + " are none: " + e.getMessage(), e);
        }
    }

    /** What the transformer gets: tokens at the end of zeros. */
    private static void captions(GoldenRun run, CaptionEmbeddings captions) throws IOException {
        List<Tensor> padded = new ArrayList<>();
        long[] mask = new long[captions.count() * captions.length()];
        for (int caption = 0; caption < captions.count(); caption++) {
            padded.add(captions.padded(caption, PaddingSide.LEFT));
            int end = (caption + 1) * captions.length();
            Arrays.fill(mask, end - captions.length(caption), end, 1);
        }
        run.close(FORWARD, "captions", Tensors.stack(padded));
        run.exact(FORWARD, "emb_mask", Tensors.of(mask, captions.count(), captions.length()));
    }

    private static void prefix(GoldenRun run, LlamaGenGpt model, CaptionEmbeddings captions) throws IOException {
        Tensor rotations = torch.view_as_real(model.rotations());
        Tensor nowhere = rotations.narrow(0, 0, 1).expand(captions.length(), rotations.size(1), 2);
        run.close(
                FORWARD,
                "freqs_cis",
                Tensors.cat(0, nowhere, rotations.narrow(0, 1, model.space().cells())));
        Tensor tokens = run.input(FORWARD, "idx").narrow(0, 0, 1);
        Tensor unconditional = Tensors.of(new int[] {model.space().unconditional()}, 1);
        run.close(
                FORWARD,
                "uncond_prefix",
                input(model.hiddenStates(tokens, unconditional), captions).squeeze(0));
    }

    private static Tensor input(Map<String, Tensor> states, CaptionEmbeddings captions) {
        Tensor input = states.get("hidden_input");
        if (input == null) {
            throw new IllegalStateException("a transformer shows its input, but " + states.keySet() + " were shown");
        }
        return input.narrow(1, 0, captions.length());
    }

    private static void forward(GoldenRun run, LlamaGenGpt model, CaptionEmbeddings captions) throws IOException {
        Tensor tokens = run.input(FORWARD, "idx");
        int[] conditions = IntStream.range(0, captions.count()).toArray();
        Tensor numbers = Tensors.of(conditions, conditions.length);
        try (LlamaGenGpt view = model.withCaptions(captions)) {
            run.exact(FORWARD, "attention_mask", view.visible(conditions).to(torch.ScalarType.Long));
            Map<String, Tensor> states = view.hiddenStates(tokens, numbers);
            run.close(FORWARD, "prefix", input(states, captions));
            for (Map.Entry<String, Tensor> state : states.entrySet()) {
                GoldenTexts.closeIfThere(run, FORWARD, state.getKey(), state.getValue());
            }
            Tensor logits = LlamaGenModels.compareWithGradients(run, FORWARD, view, tokens, numbers);
            int[] counted = valid(run);
            Tensor rows = Tensors.of(counted, counted.length);
            Tensor validLogits = logits.index_select(0, rows).flatten(0, 1);
            Tensor validTokens = tokens.index_select(0, rows).flatten();
            run.close(
                    FORWARD,
                    "valid_loss",
                    torch.cross_entropy(validLogits, validTokens).view(1));
        }
    }

    /** The numbers of the rows that count. */
    private static int[] valid(GoldenRun run) throws IOException {
        int[] flags = run.integers(FORWARD, "valid");
        return IntStream.range(0, flags.length).filter(row -> flags[row] != 0).toArray();
    }

    /** Captions of which every position is seen, zeros included. */
    private static void unmasked(GoldenRun run, LlamaGenGpt model) throws IOException {
        Tensor tokens = run.input(FORWARD, "idx");
        Tensor padded = run.input(FORWARD, "captions");
        try (CaptionEmbeddings captions = whole(padded);
                LlamaGenGpt view = model.withCaptions(captions)) {
            Tensor numbers = Tensors.range(0, captions.count());
            run.close(FORWARD, "unmasked_logits", view.logits(tokens, numbers, LlamaGenModels.orders(tokens), false));
        }
    }

    private static CaptionEmbeddings whole(Tensor embeddings) {
        int[] lengths = new int[Math.toIntExact(embeddings.size(0))];
        Arrays.fill(lengths, Math.toIntExact(embeddings.size(1)));
        return CaptionEmbeddings.of(embeddings, lengths);
    }

    private static void dropped(GoldenRun run, LlamaGenGpt model, CaptionEmbeddings captions) throws IOException {
        Tensor tokens = run.input(FORWARD, "idx");
        int[] flags = run.integers(FORWARD, "dropped");
        List<Tensor> rows = new ArrayList<>();
        for (int row = 0; row < flags.length; row++) {
            try (CaptionEmbeddings one = one(captions, row, captions.length(row));
                    LlamaGenGpt view = model.withCaptions(one)) {
                Tensor own = tokens.narrow(0, row, 1);
                int condition = flags[row] != 0 ? view.space().unconditional() : 0;
                rows.add(view.logits(own, Tensors.of(new int[] {condition}, 1), LlamaGenModels.orders(own), false));
            }
        }
        Tensor logits = Tensors.cat(0, rows);
        run.close(FORWARD, "dropped_logits", logits);
        Tensor loss = torch.cross_entropy(logits.flatten(0, 1), tokens.flatten());
        run.close(FORWARD, "dropped_loss", loss.view(1));
    }

    /** One caption alone. */
    private static CaptionEmbeddings one(CaptionEmbeddings captions, int caption, int length) {
        return TensorScope.compute(() ->
                CaptionEmbeddings.of(captions.padded(caption, PaddingSide.RIGHT).unsqueeze(0), new int[] {length}));
    }

    private static void generate(GoldenRun run, LlamaGenGpt model, Tensor features, int[] lengths, Settings generation)
            throws IOException {
        generation.remarks("batch", "min_top1_top2_margin", "distinct_tokens");
        String name = generation.text("name");
        String padding = generation.text("padding");
        List<int[]> tokens = new ArrayList<>();
        List<Tensor> logits = new ArrayList<>();
        for (int row : generation.integers("rows")) {
            int length = switch (padding) {
                case "left", "right" -> lengths[row];
                case "none" -> Math.toIntExact(features.size(1));
                default -> throw generation.refused("padding", "left, right or none");
            };
            PaddingSide side = padding.equals("right") ? PaddingSide.RIGHT : PaddingSide.LEFT;
            try (CaptionEmbeddings one = CaptionEmbeddings.of(features.narrow(0, row, 1), new int[] {length});
                    LlamaGenGpt view = model.withCaptions(one, side)) {
                GreedyDecoding result = LlamaGenModels.decoded(view, new int[] {0}, generation);
                tokens.add(result.tokens()[0]);
                logits.add(result.logits());
            }
        }
        run.exact(GENERATE, name + "_tokens", Tensors.of(tokens.toArray(int[][]::new)));
        run.close(GENERATE, name + "_logits", Tensors.cat(0, logits));
    }
}
