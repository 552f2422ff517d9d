package dev.oar.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Safetensors;
import dev.oar.order.DecodingSchedule;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.testing.Golden;
import dev.oar.testing.GoldenModels;
import dev.oar.testing.NativeMemory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Parity with the public RandAR implementation, by its reference numbers. */
@ExtendWith(NativeMemory.class)
class RandArGoldenTests {
    static List<Golden> cases() {
        return Golden.ofKind("randar");
    }

    static List<Golden> knownTokenCases() {
        return Golden.ofKind("randar-known-tokens");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void trainingForwardMeetsEveryReferenceState(Golden golden) throws IOException {
        Safetensors forward = golden.open("forward.safetensors");
        double tolerance = golden.tolerance("float_relative");
        try (AnyOrderTransformer model = GoldenModels.randAr(golden);
                TensorScope ignored = TensorScope.open()) {
            Tensor tokens = Golden.read(forward, "idx");
            Tensor conditions = Golden.read(forward, "cond");
            Tensor orders = Golden.read(forward, "token_order");
            Map<String, Tensor> seen = new LinkedHashMap<>();
            model.hidden(tokens, conditions, orders, false, seen::put);
            for (String name : forward.names()) {
                if (seen.containsKey(name)) {
                    Golden.assertClose(name, seen.get(name), Golden.read(forward, name), tolerance);
                }
            }
            assertThat(seen).containsKeys("hidden_input", "layer_0_attention_out", "hidden_final_norm");
            Tensor logits = model.logits(tokens, conditions, orders, false);
            Golden.assertClose("logits", logits, Golden.read(forward, "logits"), tolerance);
            Tensor loss = loss(logits, tokens, orders);
            Golden.assertClose("loss", loss.view(1), Golden.read(forward, "loss"), tolerance);
            Tensor raster = Tensors.range(0, orders.size(1)).expand(orders.shape());
            Tensor rasterLogits = model.logits(tokens, conditions, raster, false);
            Golden.assertClose("raster_logits", rasterLogits, Golden.read(forward, "raster_logits"), tolerance);
            PositionInstruction queries = new PositionInstruction(
                    model.config(),
                    model.weights(),
                    RotaryEmbedding2d.table(
                            model.space().grid(), model.config().headWidth(), 10000, torch.ScalarType.Float));
            Golden.assertClose(
                    "position_instruction_tokens",
                    queries.positionTokens(orders.add(new Scalar(1))),
                    Golden.read(forward, "position_instruction_tokens"),
                    tolerance);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rotaryTableMeetsTheReference(Golden golden) throws IOException {
        try (AnyOrderTransformer model = GoldenModels.randAr(golden);
                TensorScope ignored = TensorScope.open()) {
            Tensor table = RotaryEmbedding2d.table(
                    model.space().grid(), model.config().headWidth(), 10000, torch.ScalarType.Float);
            Golden.assertClose(
                    "freqs_cis",
                    torch.view_as_real(table),
                    Golden.read(golden.open("freqs_cis.safetensors"), "freqs_cis"),
                    golden.tolerance("float_relative"));
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsMeetTheReference(Golden golden) throws IOException {
        Safetensors forward = golden.open("forward.safetensors");
        Safetensors gradients = golden.open("gradients.safetensors");
        try (AnyOrderTransformer model = GoldenModels.randAr(golden);
                TensorScope ignored = TensorScope.open()) {
            model.weights().requireGradient(true);
            Tensor tokens = Golden.read(forward, "idx");
            Tensor orders = Golden.read(forward, "token_order");
            Tensor loss = loss(model.logits(tokens, Golden.read(forward, "cond"), orders, false), tokens, orders);
            loss.backward();
            for (String name : gradients.names()) {
                Golden.assertClose(
                        name,
                        model.weights().get(name).grad(),
                        Golden.read(gradients, name),
                        golden.tolerance("gradient_relative"));
            }
            assertThat(gradients.names()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void forcedDecodingMeetsTheReferenceForOneAndForSeveralCellsPerStep(Golden golden) throws IOException {
        Safetensors forced = golden.open("decode_forced.safetensors");
        try (AnyOrderTransformer model = GoldenModels.randAr(golden)) {
            for (String name : forced.names()) {
                if (!name.endsWith("_logits")) {
                    continue;
                }
                try (TensorScope ignored = TensorScope.open()) {
                    int[] perStep = Tensors.ints(Golden.read(forced, name.replace("_logits", "_tokens_per_step")));
                    int[][] order = Tensors.intRows(Golden.read(forced, "token_order"));
                    int[][] tokens = Tensors.intRows(Golden.read(forced, "tokens_in_order"));
                    int[] conditions = Tensors.ints(Golden.read(forced, "cond"));
                    List<Tensor> logits = new ArrayList<>();
                    try (DecodingState state = model.start(conditions)) {
                        int from = 0;
                        for (int count : perStep) {
                            int[][] cells = columns(order, from, from + count);
                            logits.add(model.predictGroup(state, cells));
                            model.commit(state, cells, columns(tokens, from, from + count));
                            from += count;
                        }
                    }
                    Golden.assertClose(
                            name,
                            Tensors.cat(1, logits),
                            Golden.read(forced, name),
                            golden.tolerance("float_relative"));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void greedyGenerationDrawsTheReferenceTokensExactly(Golden golden) throws IOException {
        Safetensors runs = golden.open("generate.safetensors");
        try (AnyOrderTransformer model = GoldenModels.randAr(golden)) {
            for (JsonNode run : golden.config().get("generate")) {
                try (TensorScope ignored = TensorScope.open()) {
                    String name = run.get("name").asString();
                    int[][] order = Tensors.intRows(Golden.read(runs, name + "_token_order"));
                    int cells = order[0].length;
                    int[] perStep = Tensors.ints(Golden.read(runs, name + "_tokens_per_step"));
                    int steps = run.get("num_inference_steps").asInt();
                    DecodingSchedule schedule =
                            steps < 0 ? DecodingSchedule.sequential(cells) : DecodingSchedule.cosine(cells, steps);
                    assertThat(schedule.cellsPerStep()).as(name + " schedule").isEqualTo(perStep);
                    int[] conditions = Tensors.ints(Golden.read(runs, name + "_cond"));
                    Decoded decoded = generate(model, conditions, order, perStep, run.get("cfg_scales"), 0, null);
                    assertThat(decoded.tokens())
                            .as(name)
                            .isDeepEqualTo(Tensors.intRows(Golden.read(runs, name + "_tokens")));
                    Tensor reference = Golden.read(runs, name + "_logits");
                    Golden.assertClose(
                            name + "_logits",
                            decoded.logits().narrow(1, 0, reference.size(1)),
                            reference,
                            golden.tolerance("float_relative"));
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("knownTokenCases")
    void knownTokensAreCommittedFirstAndTheRestMeetsTheReference(Golden golden) throws IOException {
        Safetensors runs = golden.open("golden.safetensors");
        try (AnyOrderTransformer model = GoldenModels.randAr(golden)) {
            for (JsonNode run : golden.config().get("generate")) {
                try (TensorScope ignored = TensorScope.open()) {
                    String name = run.get("name").asString();
                    int[][] order = Tensors.intRows(Golden.read(runs, name + "_token_order"));
                    int[][] given = Tensors.intRows(Golden.read(runs, name + "_given_tokens"));
                    int known = run.get("known").asInt();
                    int[] perStep =
                            DecodingSchedule.sequential(order[0].length - known).cellsPerStep();
                    int[] conditions = Tensors.ints(Golden.read(runs, name + "_cond"));
                    Decoded decoded = generate(model, conditions, order, perStep, run.get("cfg_scales"), known, given);
                    assertThat(decoded.tokens())
                            .as(name)
                            .isDeepEqualTo(Tensors.intRows(Golden.read(runs, name + "_tokens")));
                    Golden.assertClose(
                            name + "_logits",
                            decoded.logits(),
                            Golden.read(runs, name + "_logits"),
                            golden.tolerance("float_relative"));
                }
            }
        }
    }

    private record Decoded(int[][] tokens, Tensor logits) {}

    private static Decoded generate(
            AnyOrderTransformer model,
            int[] conditions,
            int[][] order,
            int[] perStep,
            JsonNode scales,
            int known,
            int @org.jspecify.annotations.Nullable [][] given) {
        int batch = conditions.length;
        int cells = order[0].length;
        int[] both = Arrays.copyOf(conditions, 2 * batch);
        Arrays.fill(both, batch, 2 * batch, model.space().unconditional());
        int[][] tokens = new int[batch][cells];
        List<Tensor> logits = new ArrayList<>();
        try (DecodingState state = model.start(both)) {
            if (given != null && known > 0) {
                int[][] knownCells = columns(order, 0, known);
                int[][] knownTokens = new int[batch][known];
                for (int b = 0; b < batch; b++) {
                    for (int i = 0; i < known; i++) {
                        knownTokens[b][i] = given[b][knownCells[b][i]];
                        tokens[b][knownCells[b][i]] = knownTokens[b][i];
                    }
                }
                model.commit(state, twice(knownCells), twice(knownTokens));
            }
            int from = known;
            for (int count : perStep) {
                int[][] asked = columns(order, from, from + count);
                double first = scales.get(0).asDouble();
                double scale = first + (scales.get(1).asDouble() - first) * from / cells;
                Tensor answer = model.predictGroup(state, twice(asked));
                Tensor guided = answer.narrow(0, batch, batch)
                        .add(answer.narrow(0, 0, batch)
                                .sub(answer.narrow(0, batch, batch))
                                .mul(new Scalar(scale)));
                if (scales.get(1).asDouble() <= 1) {
                    guided = answer.narrow(0, 0, batch);
                }
                logits.add(guided);
                int[][] best = Tensors.intRows(guided.argmax(new org.bytedeco.pytorch.LongOptional(-1), false));
                for (int b = 0; b < batch; b++) {
                    for (int i = 0; i < count; i++) {
                        tokens[b][asked[b][i]] = best[b][i];
                    }
                }
                model.commit(state, twice(asked), twice(best));
                from += count;
            }
        }
        return new Decoded(tokens, Tensors.cat(1, logits));
    }

    private static Tensor loss(Tensor logits, Tensor tokens, Tensor orders) {
        return torch.cross_entropy(
                logits.flatten(0, 1), tokens.gather(1, orders).flatten());
    }

    private static int[][] columns(int[][] rows, int from, int to) {
        return Arrays.stream(rows).map(row -> Arrays.copyOfRange(row, from, to)).toArray(int[][]::new);
    }

    private static int[][] twice(int[][] rows) {
        int[][] twice = Arrays.copyOf(rows, 2 * rows.length);
        System.arraycopy(rows, 0, twice, rows.length, rows.length);
        return twice;
    }
}
