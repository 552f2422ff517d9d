package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.model.AutoregressiveModel;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** One call of an {@link AnyOrderDecoder}: which cells are chosen, and what they are filled with. */
final class DecodingCall {
    private final AutoregressiveModel model;
    private final DecodingRequest request;
    private final long largestAnswer;
    private final int batch;
    private final int cells;
    private final int known;
    private final int total;
    private final BitSet absent;
    private final FilledCells filled;
    private final NearestFilled distances;
    private final CounterRandom tokenRandom;
    private final CounterRandom noiseRandom;
    private int step;
    private boolean over;

    /**
     * A call whose tensors belong to the scope around.
     *
     * @param largestAnswer how many logits the model is asked for at once, see {@link AnyOrderDecoder}
     */
    DecodingCall(AutoregressiveModel model, DecodingRequest request, long largestAnswer) {
        this.model = model;
        this.request = request;
        this.largestAnswer = largestAnswer;
        this.batch = request.conditions().length;
        this.cells = model.space().cells();
        Require.that(
                (long) batch * cells <= Integer.MAX_VALUE,
                "the images of a batch may have at most %s cells together, but %s images have %s cells each; decode fewer at a"
                        + " time",
                Integer.MAX_VALUE,
                batch,
                cells);
        this.absent = request.known().absent();
        requireOnGrid("absent", absent);
        requireOnGrid("known", request.known().cells());
        this.known = request.known().cells().cardinality();
        this.total = cells - absent.cardinality();
        this.filled = new FilledCells(batch, cells);
        this.distances = new NearestFilled(model.space().grid(), batch);
        this.tokenRandom = CounterRandom.of(request.seed(), "tokens");
        this.noiseRandom = CounterRandom.of(request.seed(), "order noise");
    }

    private void requireOnGrid(String what, BitSet some) {
        Require.that(
                some.length() <= cells,
                "%s cells must lie on the grid of %s cells, but cell %s is among them",
                what,
                cells,
                some.length() - 1);
    }

    /** Fills all cells; {@code reading} as for {@link AnyOrderDecoder#decode(DecodingRequest, Function)}. */
    DecodedTokens run(Function<Tensor, int[][]> reading) {
        try (GuidedRows rows =
                new GuidedRows(model, request.conditions(), request.guidance(), total, unconditionalRows())) {
            commitKnown(rows);
            if (request.policy() instanceof OrderPolicy.GivenOrders fixed) {
                runFixed(rows, fixed);
            } else if (request.policy() instanceof OrderPolicy.MostConfidentFirst dynamic) {
                runDynamic(rows, dynamic);
            }
        }
        over = true;
        return filled.all(absent, reading);
    }

    private GuidedRows.Unconditional unconditionalRows() {
        boolean drawn = request.source() instanceof TokenSource.Sampled;
        if (request.policy() instanceof OrderPolicy.MostConfidentFirst dynamic) {
            if (dynamic.looksAtGuidance()) {
                return GuidedRows.Unconditional.BEHIND;
            }
            return drawn ? GuidedRows.Unconditional.APART : GuidedRows.Unconditional.NOWHERE;
        }
        return drawn ? GuidedRows.Unconditional.BEHIND : GuidedRows.Unconditional.NOWHERE;
    }

    private void commitKnown(GuidedRows rows) {
        var given = request.known().cells();
        if (given.isEmpty()) {
            return;
        }
        CounterRandom random = CounterRandom.of(request.seed(), "known cells");
        int[][] chosen = new int[batch][];
        for (int row = 0; row < batch; row++) {
            chosen[row] = Arrays.stream(GenerationOrder.uniform(cells, random.derive(request.imageIndices()[row]))
                            .toArray())
                    .filter(given::get)
                    .toArray();
        }
        int[][] tokens = pick(request.known().tokens(), chosen);
        requireOfVocabulary(tokens, chosen);
        TensorScope.run(() -> commit(rows, chosen, Tensors.of(tokens), Optional.empty()));
    }

    private void requireOfVocabulary(int[][] tokens, int[][] chosen) {
        int vocabulary = model.space().vocabularySize();
        for (int row = 0; row < batch; row++) {
            for (int i = 0; i < tokens[row].length; i++) {
                int token = tokens[row][i];
                // A device would find out later, and then be of no more use to this process.
                Require.that(
                        token >= 0 && token < vocabulary,
                        "known tokens must lie in 0 .. %s, but that of cell %s of row %s is %s; use the tokens of the"
                                + " model's own tokenizer",
                        vocabulary - 1,
                        chosen[row][i],
                        row,
                        token);
            }
        }
    }

    private void runFixed(GuidedRows rows, OrderPolicy.GivenOrders fixed) {
        BitSet given = request.known().cells();
        int[][] orders = new int[batch][];
        for (int row = 0; row < batch; row++) {
            GenerationOrder order = fixed.orders().get(row);
            order.requireGrid(model.space().grid());
            orders[row] = Arrays.stream(order.toArray())
                    .filter(cell -> !given.get(cell) && !absent.get(cell))
                    .toArray();
        }
        int from = 0;
        for (int size : fixed.schedule(total - known).cellsPerStep()) {
            int[][] chosen = new int[batch][];
            for (int row = 0; row < batch; row++) {
                chosen[row] = Arrays.copyOfRange(orders[row], from, from + size);
            }
            try (TensorScope ignored = TensorScope.open()) {
                Tensor logits = rows.predictGroup(chosen);
                commit(rows, chosen, tokensFor(logits, chosen), drawnFrom(logits));
            }
            from += size;
            stepped();
        }
    }

    private void runDynamic(GuidedRows rows, OrderPolicy.MostConfidentFirst policy) {
        PeekedCells peeked = new PeekedCells(policy.shortlist());
        while (filled.count() < total) {
            int size = Math.min(policy.cellsPerStep(), total - filled.count());
            int[][] asked = peeked.next(size, () -> filled.open(absent));
            try (TensorScope ignored = TensorScope.open()) {
                Candidates candidates = candidates(rows, policy, asked, size);
                int[][] best = ranking(policy).best(candidates.scores(), asked, peeked.ranked(size));
                peeked.chosen(size, best);
                commitWinners(rows, candidates, asked, firstOf(best, size));
            }
            stepped();
        }
    }

    private Candidates candidates(GuidedRows rows, OrderPolicy.MostConfidentFirst policy, int[][] asked, int size) {
        long ofACell = (long) rows.rowsOfAPass() * model.space().vocabularySize();
        int atOnce = (int) Math.max(1, Math.min(asked[0].length, largestAnswer / ofACell));
        if (atOnce == asked[0].length) {
            return answered(rows, policy, asked, size);
        }
        List<Candidates> parts = new ArrayList<>();
        for (int from = 0; from < asked[0].length; from += atOnce) {
            int[][] part = columns(asked, from, Math.min(asked[0].length, from + atOnce));
            try (TensorScope scope = TensorScope.open()) {
                Candidates answered = answered(rows, policy, part, size);
                answered.tokens().ifPresent(scope::keep);
                parts.add(answered);
            }
        }
        return Candidates.joined(parts, batch);
    }

    private Candidates answered(GuidedRows rows, OrderPolicy.MostConfidentFirst policy, int[][] asked, int size) {
        Tensor answers = rows.peek(asked);
        Tensor logits = rows.guided(answers, size);
        Tensor confident =
                policy.logits() == OrderPolicy.ConfidenceLogits.GUIDED ? logits : answers.narrow(0, 0, batch);
        Optional<Tensor> tokens = candidateTokens(policy.measure(), logits, asked);
        ConfidenceMeasure.Scores scores =
                policy.measure().score(confident, tokens.orElseGet(() -> Tensors.empty(torch.ScalarType.Long, 0)));
        requireNumbers(scores, asked);
        return new Candidates(scores, tokens, Optional.of(logits));
    }

    private void requireNumbers(ConfidenceMeasure.Scores scores, int[][] asked) {
        int count = asked[0].length;
        for (int i = 0; i < scores.value().length; i++) {
            if (Double.isNaN(scores.value()[i])) {
                throw FilledCells.notFinite(asked[i / count][i % count], i / count, step);
            }
        }
    }

    /** Tokens of all candidates, where the measure looks at them; {@code [batch, candidates]}, int64. */
    private Optional<Tensor> candidateTokens(ConfidenceMeasure measure, Tensor logits, int[][] asked) {
        return switch (measure) {
            case GROUND_TRUTH_PROBABILITY -> Optional.of(tokensFor(logits, asked));
            case SAMPLED_PROBABILITY ->
                Optional.of(drawn(
                        request.source() instanceof TokenSource.Sampled source ? source.filter() : SamplingFilter.NONE,
                        logits,
                        asked));
            default -> Optional.empty();
        };
    }

    private void commitWinners(GuidedRows rows, Candidates candidates, int[][] asked, int[][] winners) {
        int[][] chosen = pick(asked, winners);
        if (request.source() instanceof TokenSource.GroundTruth truth) {
            // A real image commits its own token, whatever was drawn to rank the cell.
            commit(rows, chosen, Tensors.of(pick(truth.tokens(), chosen)), Optional.empty());
            return;
        }
        int size = chosen[0].length;
        Tensor answers = candidates
                .logits()
                .map(logits -> gather(logits, winners))
                .orElseGet(() -> rows.guided(rows.peek(chosen), size));
        Tensor logits = rows.guidedAt(answers, chosen);
        Tensor tokens = candidates
                .tokens()
                .map(drawn -> drawn.gather(1, Tensors.of(winners)))
                .orElseGet(() -> tokensFor(logits, chosen));
        commit(rows, chosen, tokens, Optional.of(logits));
    }

    private CellRanking ranking(OrderPolicy.MostConfidentFirst policy) {
        // Known cells are none of those to be drawn.
        double shareLeft = 1 - (double) (filled.count() - known) / (total - known);
        return new CellRanking(
                policy,
                shareLeft,
                distances,
                (row, cell) -> noiseRandom
                        .derive(request.imageIndices()[row])
                        .derive(step)
                        .gumbel(cell));
    }

    private Optional<Tensor> drawnFrom(Tensor logits) {
        return request.source() instanceof TokenSource.Sampled ? Optional.of(logits) : Optional.empty();
    }

    /** {@code [batch, chosen]}, int64. */
    private Tensor tokensFor(Tensor logits, int[][] chosen) {
        if (request.source() instanceof TokenSource.GroundTruth truth) {
            return Tensors.of(pick(truth.tokens(), chosen));
        }
        return drawn(((TokenSource.Sampled) request.source()).filter(), logits, chosen);
    }

    /** A token for each cell, drawn by numbers that depend on seed, image, step and cell alone. */
    private Tensor drawn(SamplingFilter filter, Tensor logits, int[][] chosen) {
        int size = chosen[0].length;
        double[] uniforms = new double[batch * size];
        for (int row = 0; row < batch; row++) {
            CounterRandom random =
                    tokenRandom.derive(request.imageIndices()[row]).derive(step);
            for (int i = 0; i < size; i++) {
                uniforms[row * size + i] = random.uniform(chosen[row][i]);
            }
        }
        return filter.drawn(logits.flatten(0, 1), uniforms).view(batch, size);
    }

    /** Fills cells; {@code tokens: [batch, chosen]}, int64, with the logits they were drawn from. */
    private void commit(GuidedRows rows, int[][] chosen, Tensor tokens, Optional<Tensor> logits) {
        filled.fill(chosen, tokens, logits, step);
        if (request.policy() instanceof OrderPolicy.MostConfidentFirst dynamic && dynamic.localityWeight() > 0) {
            for (int row = 0; row < batch; row++) {
                for (int cell : chosen[row]) {
                    distances.fill(row, cell);
                }
            }
        }
        rows.commit(chosen, tokens);
    }

    private void stepped() {
        step++;
        Thread thread = Thread.currentThread();
        int told = step;
        request.listener().stepped(new DecodingListener.Progress(filled.count(), total, () -> {
            if (over || step != told || Thread.currentThread() != thread) {
                throw new IllegalStateException(
                        "tokens so far can be asked for while a listener is told of a step, on its thread; ask there");
            }
            return filled.tokens(DecodingListener.UNFILLED);
        }));
    }

    private static int[][] columns(int[][] rows, int from, int to) {
        return Arrays.stream(rows).map(row -> Arrays.copyOfRange(row, from, to)).toArray(int[][]::new);
    }

    private static int[][] firstOf(int[][] rows, int count) {
        return columns(rows, 0, count);
    }

    private static int[][] pick(int[][] rows, int[][] positions) {
        int[][] picked = new int[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            int[] values = rows[row];
            picked[row] = Arrays.stream(positions[row]).map(at -> values[at]).toArray();
        }
        return picked;
    }

    /** The logits {@code [batch, positions, vocabulary]} at other positions for each row. */
    private static Tensor gather(Tensor logits, int[][] positions) {
        Tensor index = Tensors.of(positions).unsqueeze(-1);
        return torch.gather(logits, 1, index.expand(index.size(0), index.size(1), logits.size(2)));
    }
}
