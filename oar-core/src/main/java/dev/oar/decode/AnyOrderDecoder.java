package dev.oar.decode;

import dev.oar.model.AutoregressiveModel;
import dev.oar.model.DecodingState;
import dev.oar.model.TrainedOrders;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The one decoder: generation, inpainting and order extraction are all calls of it.
 *
 * <p>Known cells are committed first, in one pass, in a uniform random order keyed by seed and image index (the model was trained
 * on random prefixes). Then each step peeks (dynamic orders) or predicts a group (fixed orders), chooses cells, draws or looks up
 * their tokens, and commits them. Every random number is a function of seed, image index, step and cell.
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
        return new Call(request).run();
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
        private final int[][] tokens;
        private final int[][] filled;
        private final CounterRandom tokenRandom;
        private final CounterRandom noiseRandom;
        private int count;
        private int step;

        Call(DecodingRequest request) {
            this.request = request;
            this.batch = request.conditions().length;
            this.absent = request.known().absent();
            requireOnGrid("absent", absent);
            requireOnGrid("known", request.known().cells());
            this.total = cells - absent.cardinality();
            this.tokens = new int[batch][cells];
            this.filled = new int[batch][cells];
            this.tokenRandom = CounterRandom.of(request.seed(), "tokens");
            this.noiseRandom = CounterRandom.of(request.seed(), "order noise");
        }

        DecodedTokens run() {
            try (DecodingState state = model.start(bothConditions())) {
                commitKnown(state);
                if (request.policy() instanceof OrderPolicy.GivenOrders fixed) {
                    runFixed(state, fixed);
                } else if (request.policy() instanceof OrderPolicy.MostConfidentFirst dynamic) {
                    runDynamic(state, dynamic);
                }
            }
            return new DecodedTokens(
                    tokens, Arrays.stream(filled).map(this::order).toList());
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
            CounterRandom random = CounterRandom.of(request.seed(), "known cells");
            int[][] chosen = new int[batch][];
            int[][] given = new int[batch][known.cardinality()];
            for (int row = 0; row < batch; row++) {
                chosen[row] = Arrays.stream(GenerationOrder.uniform(cells, random.derive(request.imageIndices()[row]))
                                .toArray())
                        .filter(known::get)
                        .toArray();
                for (int i = 0; i < given[row].length; i++) {
                    given[row][i] = request.known().tokens()[row][chosen[row][i]];
                }
            }
            commit(state, chosen, given);
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
                    int[][] candidates = candidateTokens(policy.measure(), logits, asked);
                    int[][] best = ranking(policy).best(confident, candidates, asked, peeked.ranked(size));
                    peeked.chosen(size, best);
                    int[][] winners = firstOf(best, size);
                    int[][] chosen = pick(asked, winners);
                    // A drawn candidate that wins is committed as it was drawn; a real image commits its own token.
                    int[][] drawn = candidates.length > 0 && request.source() instanceof TokenSource.Sampled
                            ? pick(candidates, winners)
                            : tokensFor(gather(logits, winners), chosen);
                    commit(state, chosen, drawn);
                }
                step++;
                tell();
            }
        }

        private void tell() {
            request.listener().stepped(new DecodingListener.Progress(count, total, this::tokensSoFar));
        }

        private int[][] tokensSoFar() {
            int[][] soFar = new int[batch][cells];
            for (int row = 0; row < batch; row++) {
                Arrays.fill(soFar[row], DecodingListener.UNFILLED);
                for (int i = 0; i < count; i++) {
                    soFar[row][filled[row][i]] = tokens[row][filled[row][i]];
                }
            }
            return soFar;
        }

        /** Tokens of all candidates, where the measure looks at them; else empty. */
        private int[][] candidateTokens(ConfidenceMeasure measure, Tensor logits, int[][] remaining) {
            return switch (measure) {
                case GROUND_TRUTH_PROBABILITY -> tokensFor(logits, remaining);
                case SAMPLED_PROBABILITY ->
                    drawn(
                            request.source() instanceof TokenSource.Sampled source
                                    ? source.filter()
                                    : SamplingFilter.NONE,
                            logits,
                            remaining);
                default -> new int[0][];
            };
        }

        private CellRanking ranking(OrderPolicy.MostConfidentFirst policy) {
            return new CellRanking(
                    policy,
                    model.space().grid(),
                    filled,
                    count,
                    (row, cell) -> noiseRandom
                            .derive(request.imageIndices()[row])
                            .derive(step)
                            .gumbel(cell));
        }

        private int[][] tokensFor(Tensor logits, int[][] chosen) {
            if (request.source() instanceof TokenSource.GroundTruth truth) {
                return pick(truth.tokens(), chosen);
            }
            return drawn(((TokenSource.Sampled) request.source()).filter(), logits, chosen);
        }

        /** A token for each cell, drawn by numbers that depend on seed, image, step and cell alone. */
        private int[][] drawn(SamplingFilter filter, Tensor logits, int[][] chosen) {
            int size = chosen[0].length;
            double[] uniforms = new double[batch * size];
            for (int row = 0; row < batch; row++) {
                CounterRandom random =
                        tokenRandom.derive(request.imageIndices()[row]).derive(step);
                for (int i = 0; i < size; i++) {
                    uniforms[row * size + i] = random.uniform(chosen[row][i]);
                }
            }
            int[] drawn = filter.draw(logits.flatten(0, 1), uniforms);
            int[][] rows = new int[batch][];
            for (int row = 0; row < batch; row++) {
                rows[row] = Arrays.copyOfRange(drawn, row * size, (row + 1) * size);
            }
            return rows;
        }

        private void commit(DecodingState state, int[][] chosen, int[][] given) {
            for (int row = 0; row < batch; row++) {
                for (int i = 0; i < chosen[row].length; i++) {
                    tokens[row][chosen[row][i]] = given[row][i];
                    filled[row][count + i] = chosen[row][i];
                }
            }
            count += chosen[0].length;
            model.commit(state, bothRows(chosen), bothRows(given));
        }

        private Tensor guided(Tensor answers, int next) {
            return request.guidance().active() ? request.guidance().guide(answers, count, next, cells) : answers;
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
        Tensor index = dev.oar.tensor.Tensors.of(positions).unsqueeze(-1);
        return torch.gather(logits, 1, index.expand(index.size(0), index.size(1), logits.size(2)));
    }
}
