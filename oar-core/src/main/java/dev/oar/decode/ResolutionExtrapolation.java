package dev.oar.decode;

import dev.oar.config.Require;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.TokenSpace;
import dev.oar.order.CounterRandom;
import dev.oar.order.DecodingSchedule;
import dev.oar.order.EnlargedGrid;
import dev.oar.order.GenerationOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

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
        return decode(request, DecodingListener.NONE);
    }

    /** As the shorter form; the listener is told after every step of both drawings, in terms of the enlarged grid. */
    public DecodedTokens decode(ExtrapolationRequest request, DecodingListener listener) {
        DecodedTokens coarse = new AnyOrderDecoder(model)
                .decode(new DecodingRequest(
                        request.conditions(),
                        request.imageIndices(),
                        request.seed(),
                        new OrderPolicy.GivenOrders(
                                request.orders().stream().map(grid::coarseOrder).toList(), request.steps()),
                        new TokenSource.Sampled(request.filter()),
                        new ClassifierFreeGuidance(request.guidance().classScale()),
                        KnownTokens.none(),
                        step -> listener.stepped(enlarged(step))));
        return refine(request, coarse.tokens(), masks(request), listener);
    }

    /** A step of the coarse drawing on the enlarged grid. */
    private DecodingListener.Progress enlarged(DecodingListener.Progress step) {
        return new DecodingListener.Progress(
                step.filled(),
                space().cells(),
                () -> enlarged(step.tokens().get(), DecodingListener.UNFILLED),
                () -> enlarged(step.confidences().get()),
                () -> enlarged(step.candidateConfidences().get()));
    }

    private double[][] enlarged(double[][] coarse) {
        double[][] confidences = new double[coarse.length][space().cells()];
        for (int row = 0; row < coarse.length; row++) {
            Arrays.fill(confidences[row], Double.NaN);
            for (int cell = 0; cell < coarse[row].length; cell++) {
                confidences[row][grid.enlargedCell(cell)] = coarse[row][cell];
            }
        }
        return confidences;
    }

    /**
     * Draws the cells of the enlarged grid that lie between those of the coarse one.
     *
     * @param coarse {@code [batch][coarse cells]} tokens of the coarse grid in its raster order
     * @param masked {@code [batch][coarse cells]} which of them the third branch of guidance does not see, in raster order; read only
     *     if that branch is run
     * @param listener is told after every step
     * @return tokens of the enlarged grid, and the orders in which they were filled, coarse cells first
     */
    public DecodedTokens refine(
            ExtrapolationRequest request, int[][] coarse, boolean[][] masked, DecodingListener listener) {
        int batch = request.conditions().length;
        Require.that(
                coarse.length == batch
                        && Arrays.stream(coarse)
                                .allMatch(row -> row.length == grid.coarse().cells()),
                "as many rows of tokens as conditions (%s) are refined, %s tokens each, but %s rows were given",
                batch,
                grid.coarse().cells(),
                coarse.length);
        List<GenerationOrder> orders =
                request.orders().stream().map(grid::coarseFirst).toList();
        int coarseCells = grid.coarse().cells();
        int steps = request.steps();
        return new AnyOrderDecoder(enlarged)
                .decode(new DecodingRequest(
                        request.conditions(),
                        request.imageIndices(),
                        // The two drawings are of one image, but of different cells.
                        CounterRandom.of(request.seed(), "tokens between coarse ones")
                                .key(),
                        new OrderPolicy.GivenOrders(
                                orders,
                                open -> steps == 0
                                        ? DecodingSchedule.sequential(open)
                                        : DecodingSchedule.cosineBehind(coarseCells, coarseCells + open, steps)),
                        new TokenSource.Sampled(request.filter()),
                        request.guidance(),
                        new KnownTokens(
                                grid.coarseCells(), enlarged(coarse, 0), new BitSet(), orders, hidden(request, masked)),
                        listener));
    }

    /** Tokens of coarse cells where they stand on the enlarged grid, and one for all other cells. */
    private int[][] enlarged(int[][] coarse, int others) {
        int[][] tokens = new int[coarse.length][space().cells()];
        for (int row = 0; row < coarse.length; row++) {
            Arrays.fill(tokens[row], others);
            for (int cell = 0; cell < coarse[row].length; cell++) {
                tokens[row][grid.enlargedCell(cell)] = coarse[row][cell];
            }
        }
        return tokens;
    }

    /** The masked coarse cells on the enlarged grid, one set per row; none where no branch hides any. */
    private List<BitSet> hidden(ExtrapolationRequest request, boolean[][] masked) {
        if (request.guidance().branches(grid.coarse().cells()) < 3) {
            return List.of();
        }
        return Arrays.stream(masked)
                .map(row -> {
                    BitSet hidden = new BitSet();
                    IntStream.range(0, row.length)
                            .filter(cell -> row[cell])
                            .forEach(cell -> hidden.set(grid.enlargedCell(cell)));
                    return hidden;
                })
                .toList();
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
}
