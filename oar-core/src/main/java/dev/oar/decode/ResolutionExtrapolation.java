package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.model.TransformerState;
import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.EnlargedGrid;
import dev.oar.order.GenerationOrder;
import dev.oar.tensor.Device;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * Draws images on a larger grid than the model was trained for, without training it (RandAR, arXiv 2412.01827, section on zero-shot
 * resolution extrapolation). First an ordinary image is drawn on the model's own grid. Its tokens are spread over the enlarged grid, to
 * every second row and column where the factor is 2, and the cells between them are drawn behind them, with a rotary table for the
 * enlarged grid ({@link AnyOrderTransformer#enlarged}).
 *
 * <p>All cells are drawn. The public code stops before its last step, whose tokens stay 0; up to there the two agree.
 */
public final class ResolutionExtrapolation implements AutoCloseable {
    private final AnyOrderTransformer model;
    private final AnyOrderTransformer enlarged;
    private final EnlargedGrid grid;

    /**
     * An extrapolation by this model, which stays the caller's and must be closed later than this.
     *
     * @param model in the formulation of position instruction tokens
     * @param factor how many times as high and wide the drawn grid is, at least 2; RandAR: 2
     * @param boundary how many rotary frequencies per axis are not stretched, see {@link AnyOrderTransformer#enlarged}; RandAR: 2
     * @throws IllegalArgumentException if the model is of another formulation, or a number out of range
     */
    public ResolutionExtrapolation(AnyOrderTransformer model, int factor, int boundary) {
        this.model = model;
        this.grid = new EnlargedGrid(model.space().grid(), factor);
        this.enlarged = model.enlarged(factor, boundary);
    }

    /** The model's grid and the one that is drawn on. */
    public EnlargedGrid grid() {
        return grid;
    }

    /** What is drawn: the model's codes and classes on the enlarged grid. */
    public TokenSpace space() {
        return enlarged.space();
    }

    /**
     * Draws one batch.
     *
     * @return tokens of the enlarged grid, and the orders in which they were filled
     * @throws IllegalArgumentException if an order is of another grid
     * @throws ArithmeticException if the model answers with logits that are no finite numbers
     */
    public DecodedTokens decode(ExtrapolationRequest request) {
        DecodedTokens coarse = new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        request.conditions(),
                        request.imageIndices(),
                        request.seed(),
                        new OrderPolicy.GivenOrders(
                                request.orders().stream().map(grid::coarseOrder).toList(), request.steps()),
                        new TokenSource.Sampled(request.filter()),
                        new ClassifierFreeGuidance(request.guidance().classScale()),
                        KnownTokens.none()));
        return refine(request, coarse.tokens(), masks(request), logits -> {});
    }

    /**
     * Draws the cells of the enlarged grid that lie between those of the coarse one.
     *
     * @param coarse {@code [batch][coarse cells]} tokens of the coarse grid in its raster order
     * @param masked {@code [batch][coarse cells]} which of them the third branch of guidance does not see, in raster order; read only
     *     if that branch is run
     * @param seen told the guided logits {@code [batch, cells of the step, vocabulary]} of every step; they die with the step
     * @return tokens of the enlarged grid, and the orders in which they were filled, coarse cells first
     */
    public DecodedTokens refine(
            ExtrapolationRequest request, int[][] coarse, boolean[][] masked, Consumer<Tensor> seen) {
        int batch = request.conditions().length;
        Require.that(
                coarse.length == batch
                        && Arrays.stream(coarse)
                                .allMatch(row -> row.length == grid.coarse().cells()),
                "as many rows of tokens as conditions (%s) are refined, %s tokens each, but %s rows were given",
                batch,
                grid.coarse().cells(),
                coarse.length);
        try (Device.Use ignored = model.device().use();
                TensorScope unused = TensorScope.open()) {
            return new Refinement(request, seen).run(coarse, masked);
        }
    }

    /** Which coarse tokens the third branch does not see, a function of seed and image index. */
    private boolean[][] masks(ExtrapolationRequest request) {
        CounterRandom random = CounterRandom.of(request.seed(), "masked coarse tokens");
        int cells = grid.coarse().cells();
        int hidden = (int) (cells * request.guidance().maskedShare());
        boolean[][] masked = new boolean[request.conditions().length][cells];
        for (int row = 0; row < masked.length; row++) {
            GenerationOrder shuffled = GenerationOrder.uniform(cells, random.derive(request.imageIndices()[row]));
            for (int i = 0; i < hidden; i++) {
                masked[row][shuffled.cellAt(i)] = true;
            }
        }
        return masked;
    }

    /** Frees the rotary table of the enlarged grid. */
    @Override
    public void close() {
        enlarged.close();
    }

    /** The state of one call on the enlarged grid. */
    private final class Refinement {
        private final ExtrapolationRequest request;
        private final Consumer<Tensor> seen;
        private final int batch;
        private final int cells = space().cells();
        private final int branches;
        private final List<GenerationOrder> orders;

        private final FilledCells filled;
        private final CounterRandom random;

        Refinement(ExtrapolationRequest request, Consumer<Tensor> seen) {
            this.request = request;
            this.seen = seen;
            this.batch = request.conditions().length;
            this.branches = request.guidance().branches();
            this.orders = request.orders().stream().map(grid::coarseFirst).toList();
            this.filled = new FilledCells(batch, cells);
            this.random = CounterRandom.of(request.seed(), "tokens between coarse ones");
        }

        DecodedTokens run(int[][] coarse, boolean[][] masked) {
            int coarseCells = grid.coarse().cells();
            DecodingSchedule schedule = request.steps() == 0
                    ? DecodingSchedule.sequential(cells - coarseCells)
                    : DecodingSchedule.cosineBehind(coarseCells, cells, request.steps());
            try (TransformerState state = enlarged.start(conditions())) {
                commitCoarse(state, coarse, masked);
                int step = 0;
                for (int size : schedule.cellsPerStep()) {
                    try (TensorScope ignored = TensorScope.open()) {
                        int[][] asked = columns(filled.count(), size);
                        Tensor logits = request.guidance()
                                .guide(state.predictGroup(inAllBranches(asked)), filled.count(), size, cells);
                        seen.accept(logits);
                        Tensor drawn = drawn(logits, asked, step);
                        filled.fill(asked, drawn, Optional.of(logits), step);
                        state.commit(inAllBranches(asked), Tensors.cat(0, Collections.nCopies(branches, drawn)));
                    }
                    step++;
                }
            }
            return filled.all(new BitSet(), Tensors::intRows);
        }

        private void commitCoarse(TransformerState state, int[][] coarse, boolean[][] masked) {
            int count = grid.coarse().cells();
            int[][] asked = columns(0, count);
            int[][] given = new int[batch][count];
            boolean[][] hidden = new boolean[branches * batch][count];
            for (int row = 0; row < batch; row++) {
                for (int i = 0; i < count; i++) {
                    int coarseCell = grid.coarseCell(asked[row][i]);
                    given[row][i] = coarse[row][coarseCell];
                    if (branches == 3) {
                        hidden[2 * batch + row][i] = masked[row][coarseCell];
                    }
                }
            }
            TensorScope.run(() -> filled.fill(asked, Tensors.of(given), Optional.empty(), 0));
            state.commitMasked(inAllBranches(asked), inAllBranches(given), hidden);
        }

        /** The conditions of all branches: only the first knows the class. */
        private int[] conditions() {
            int[] all = Arrays.copyOf(request.conditions(), branches * batch);
            Arrays.fill(all, batch, all.length, space().unconditional());
            return all;
        }

        private int[][] columns(int from, int count) {
            return orders.stream()
                    .map(order -> Arrays.copyOfRange(order.toArray(), from, from + count))
                    .toArray(int[][]::new);
        }

        private int[][] inAllBranches(int[][] rows) {
            return IntStream.range(0, branches * batch)
                    .mapToObj(row -> rows[row % batch])
                    .toArray(int[][]::new);
        }

        /** A token for each cell, drawn by numbers that depend on seed, image, step and cell alone. */
        private Tensor drawn(Tensor logits, int[][] asked, int step) {
            int size = asked[0].length;
            double[] uniforms = new double[batch * size];
            for (int row = 0; row < batch; row++) {
                CounterRandom numbers =
                        random.derive(request.imageIndices()[row]).derive(step);
                for (int i = 0; i < size; i++) {
                    uniforms[row * size + i] = numbers.uniform(asked[row][i]);
                }
            }
            return request.filter().drawn(logits.flatten(0, 1), uniforms).view(batch, size);
        }
    }
}
