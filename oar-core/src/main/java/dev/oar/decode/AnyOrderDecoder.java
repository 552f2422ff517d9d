package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.model.TrainedOrders;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Device;
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

/**
 * The one decoder: generation, inpainting and order extraction are all calls of it.
 *
 * <p>Known cells are committed first, in one pass, in a uniform random order keyed by seed and image index (the model was trained
 * on random prefixes). Then each step peeks (dynamic orders) or predicts a group (fixed orders), chooses cells, draws or looks up
 * their tokens, and commits them. Every random number is a function of seed, image index, step and cell.
 *
 * <p>Tokens stay on the model's device until the batch is done. In a fixed order nothing waits for the device before that; a dynamic
 * order waits once a step, for the scores that choose the next cell.
 */
public final class AnyOrderDecoder {
    private final AutoregressiveModel model;

    /** A decoder on this model, which stays the caller's; a model trained for raster order only draws in raster order. */
    public AnyOrderDecoder(AutoregressiveModel model) {
        this.model = model;
    }

    /**
     * Decodes one batch.
     *
     * @throws IllegalArgumentException if the model was trained for raster order only and the request asks for another
     */
    public DecodedTokens decode(DecodingRequest request) {
        if (model.trainedOrders() == TrainedOrders.RASTER) {
            requireRaster(request);
        }
        return decode(request, Tensors::intRows);
    }

    /**
     * As the shorter form; for tests on a device whose values cannot be read.
     *
     * @param reading reads the drawn tokens {@code [batch, cells]}, int64, in decoding order, when all are drawn
     */
    DecodedTokens decode(DecodingRequest request, Function<Tensor, int[][]> reading) {
        try (Device.Use ignored = model.device().use();
                TensorScope unused = TensorScope.open()) {
            return new Call(request).run(reading);
        }
    }

    private void requireRaster(DecodingRequest request) {
        GenerationOrder raster = GenerationOrder.raster(model.space().cells());
        boolean inRaster = request.policy() instanceof OrderPolicy.GivenOrders given
                && given.steps() == 0
                && given.orders().stream().allMatch(raster::equals)
                && request.known().cells().isEmpty()
                && request.known().absent().isEmpty();
        if (!inRaster) {
            throw new IllegalArgumentException("this model was trained for raster order only and draws whole images in"
                    + " it, one cell a step; ask for raster order, or use an any-order model");
        }
    }

    /** The state of one call. */
    private final class Call {
        private final DecodingRequest request;
        private final int batch;
        private final int cells = model.space().cells();
        private final BitSet absent;
        private final int total;
        private final NearestFilled distances;
        private final boolean weighsLocality;

        /** {@code [batch, cells]}, int64: the tokens in the sequence in which cells were filled. */
        private final Tensor tokens;

        private final int[][] filled;
        private final CounterRandom tokenRandom;
        private final CounterRandom noiseRandom;
        private int count;
        private int step;
        private boolean over;

        Call(DecodingRequest request) {
            this.request = request;
            this.batch = request.conditions().length;
            this.absent = request.known().absent();
            requireOnGrid("absent", absent);
            requireOnGrid("known", request.known().cells());
            this.total = cells - absent.cardinality();
            this.distances = new NearestFilled(model.space().grid(), batch);
            this.weighsLocality =
                    request.policy() instanceof OrderPolicy.MostConfidentFirst dynamic && dynamic.localityWeight() > 0;
            this.tokens = Tensors.zeros(torch.ScalarType.Long, batch, cells);
            this.filled = new int[batch][cells];
            this.tokenRandom = CounterRandom.of(request.seed(), "tokens");
            this.noiseRandom = CounterRandom.of(request.seed(), "order noise");
        }

        DecodedTokens run(Function<Tensor, int[][]> reading) {
            try (DecodingState state = model.start(bothConditions())) {
                commitKnown(state);
                if (request.policy() instanceof OrderPolicy.GivenOrders fixed) {
                    runFixed(state, fixed);
                } else if (request.policy() instanceof OrderPolicy.MostConfidentFirst dynamic) {
                    runDynamic(state, dynamic);
                }
            }
            over = true;
            int[][] drawn = reading.apply(tokens);
            int[][] inRaster = new int[batch][cells];
            for (int row = 0; row < batch; row++) {
                for (int i = 0; i < count; i++) {
                    inRaster[row][filled[row][i]] = drawn[row][i];
                }
            }
            return new DecodedTokens(
                    inRaster, Arrays.stream(filled).map(this::order).toList());
        }

        private GenerationOrder order(int[] filledCells) {
            int at = total;
            for (int cell = absent.nextSetBit(0); cell >= 0; cell = absent.nextSetBit(cell + 1)) {
                filledCells[at++] = cell;
            }
            return GenerationOrder.of(filledCells);
        }

        private void requireOnGrid(String what, BitSet some) {
            if (some.length() > cells) {
                throw new IllegalArgumentException(what + " cells must lie on the grid of " + cells
                        + " cells, but cell " + (some.length() - 1) + " is among them");
            }
        }

        private void commitKnown(DecodingState state) {
            var known = request.known().cells();
            if (known.isEmpty()) {
                return;
            }
            int vocabulary = model.space().vocabularySize();
            CounterRandom random = CounterRandom.of(request.seed(), "known cells");
            int[][] chosen = new int[batch][];
            int[][] given = new int[batch][known.cardinality()];
            for (int row = 0; row < batch; row++) {
                chosen[row] = Arrays.stream(GenerationOrder.uniform(cells, random.derive(request.imageIndices()[row]))
                                .toArray())
                        .filter(known::get)
                        .toArray();
                for (int i = 0; i < given[row].length; i++) {
                    int token = request.known().tokens()[row][chosen[row][i]];
                    // A device would find out later, and then be of no more use to this process.
                    Require.that(
                            token >= 0 && token < vocabulary,
                            "known tokens must lie in 0 .. %s, but that of cell %s of row %s is %s; use the tokens of the"
                                    + " model's own tokenizer",
                            vocabulary - 1,
                            chosen[row][i],
                            row,
                            token);
                    given[row][i] = token;
                }
            }
            TensorScope.run(() -> commit(state, chosen, Tensors.of(given)));
        }

        private void runFixed(DecodingState state, OrderPolicy.GivenOrders fixed) {
            var known = request.known().cells();
            int[][] orders = new int[batch][];
            for (int row = 0; row < batch; row++) {
                GenerationOrder order = fixed.orders().get(row);
                order.requireGrid(model.space().grid());
                orders[row] = Arrays.stream(order.toArray())
                        .filter(cell -> !known.get(cell) && !absent.get(cell))
                        .toArray();
            }
            int from = 0;
            for (int size : fixed.schedule(total - count).cellsPerStep()) {
                int[][] chosen = new int[batch][];
                for (int row = 0; row < batch; row++) {
                    chosen[row] = Arrays.copyOfRange(orders[row], from, from + size);
                }
                try (TensorScope ignored = TensorScope.open()) {
                    Tensor logits = guided(model.predictGroup(state, bothRows(chosen)), size);
                    commit(state, chosen, tokensFor(logits, chosen));
                }
                from += size;
                step++;
                tell();
            }
        }

        private void runDynamic(DecodingState state, OrderPolicy.MostConfidentFirst policy) {
            PeekedCells peeked = new PeekedCells(policy.shortlist());
            while (count < total) {
                int size = Math.min(policy.cellsPerStep(), total - count);
                int[][] asked = peeked.next(size, this::remaining);
                try (TensorScope ignored = TensorScope.open()) {
                    Tensor answers = model.peek(state, bothRows(asked));
                    Tensor logits = guided(answers, size);
                    Tensor confident = policy.logits() == OrderPolicy.ConfidenceLogits.GUIDED
                            ? logits
                            : answers.narrow(0, 0, batch);
                    Optional<Tensor> candidates = candidateTokens(policy.measure(), logits, asked);
                    int[][] best = ranking(policy).best(confident, candidates, asked, peeked.ranked(size));
                    peeked.chosen(size, best);
                    int[][] winners = firstOf(best, size);
                    int[][] chosen = pick(asked, winners);
                    // A drawn candidate that wins is committed as it was drawn; a real image commits its own token.
                    Tensor drawn = candidates.isPresent() && request.source() instanceof TokenSource.Sampled
                            ? candidates.get().gather(1, Tensors.of(winners))
                            : tokensFor(gather(logits, winners), chosen);
                    commit(state, chosen, drawn);
                }
                step++;
                tell();
            }
        }

        private void tell() {
            Thread thread = Thread.currentThread();
            int told = step;
            request.listener().stepped(new DecodingListener.Progress(count, total, () -> {
                if (over || step != told || Thread.currentThread() != thread) {
                    throw new IllegalStateException(
                            "tokens so far can be asked for while a listener is told of a step, on its thread; ask there");
                }
                return tokensSoFar();
            }));
        }

        private int[][] tokensSoFar() {
            int[][] read = TensorScope.compute(() -> Tensors.intRows(tokens.narrow(1, 0, count)));
            int[][] soFar = new int[batch][cells];
            for (int row = 0; row < batch; row++) {
                Arrays.fill(soFar[row], DecodingListener.UNFILLED);
                for (int i = 0; i < count; i++) {
                    soFar[row][filled[row][i]] = read[row][i];
                }
            }
            return soFar;
        }

        /** Tokens of all candidates, where the measure looks at them; {@code [batch, candidates]}, int64. */
        private Optional<Tensor> candidateTokens(ConfidenceMeasure measure, Tensor logits, int[][] remaining) {
            return switch (measure) {
                case GROUND_TRUTH_PROBABILITY -> Optional.of(tokensFor(logits, remaining));
                case SAMPLED_PROBABILITY ->
                    Optional.of(drawn(
                            request.source() instanceof TokenSource.Sampled source
                                    ? source.filter()
                                    : SamplingFilter.NONE,
                            logits,
                            remaining));
                default -> Optional.empty();
            };
        }

        private CellRanking ranking(OrderPolicy.MostConfidentFirst policy) {
            return new CellRanking(
                    policy,
                    shareLeft(),
                    distances,
                    (row, cell) -> noiseRandom
                            .derive(request.imageIndices()[row])
                            .derive(step)
                            .gumbel(cell));
        }

        /** The share of the cells to be drawn, known ones left out, that are still open. */
        private double shareLeft() {
            int known = request.known().cells().cardinality();
            return 1 - (double) (count - known) / (total - known);
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

        /** Fills cells; {@code given: [batch, chosen]}, int64. */
        private void commit(DecodingState state, int[][] chosen, Tensor given) {
            int size = chosen[0].length;
            for (int row = 0; row < batch; row++) {
                System.arraycopy(chosen[row], 0, filled[row], count, size);
                if (weighsLocality) {
                    for (int cell : chosen[row]) {
                        distances.fill(row, cell);
                    }
                }
            }
            var unused = tokens.narrow(1, count, size).copy_(given);
            count += size;
            Tensor all = request.guidance().active() ? Tensors.cat(0, given, given) : given;
            model.commit(state, bothRows(chosen), all);
        }

        private Tensor guided(Tensor answers, int next) {
            return request.guidance().active() ? request.guidance().guide(answers, count, next, total) : answers;
        }

        private int[][] remaining() {
            int[][] remaining = new int[batch][];
            for (int row = 0; row < batch; row++) {
                boolean[] taken = new boolean[cells];
                for (int i = 0; i < count; i++) {
                    taken[filled[row][i]] = true;
                }
                remaining[row] = java.util.stream.IntStream.range(0, cells)
                        .filter(cell -> !taken[cell] && !absent.get(cell))
                        .toArray();
            }
            return remaining;
        }

        private int[] bothConditions() {
            int[] conditions = request.conditions();
            if (!request.guidance().active()) {
                return conditions;
            }
            int[] both = Arrays.copyOf(conditions, 2 * batch);
            Arrays.fill(both, batch, 2 * batch, model.space().unconditional());
            return both;
        }

        private int[][] bothRows(int[][] rows) {
            if (!request.guidance().active()) {
                return rows;
            }
            List<int[]> both = new ArrayList<>(Arrays.asList(rows));
            both.addAll(Arrays.asList(rows));
            return both.toArray(int[][]::new);
        }
    }

    private static int[][] firstOf(int[][] rows, int count) {
        return Arrays.stream(rows).map(row -> Arrays.copyOf(row, count)).toArray(int[][]::new);
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
