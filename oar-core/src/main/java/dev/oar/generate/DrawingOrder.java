package dev.oar.generate;

import dev.oar.artifact.FolderOrders;
import dev.oar.config.Flat;
import dev.oar.config.Keys;
import dev.oar.config.Kind;
import dev.oar.config.KnownKinds;
import dev.oar.config.OpenKinds;
import dev.oar.data.CalibrationTable;
import dev.oar.data.MeanRanks;
import dev.oar.data.OrderSequence;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DynamicOrder;
import dev.oar.decode.OrderPolicy;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.RimInwards;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * In which order the cells of an image are drawn. What there is to know of a kind of order, the kind says itself; one of your own is a
 * record with a {@link Kind}, made known by {@link KnownKinds#add}, most easily a {@link Fixed}.
 */
@OpenKinds({
    DrawingOrder.Dynamic.class,
    SpacedOrder.class,
    LearnedOrder.class,
    DrawingOrder.RecordedMean.class,
    DrawingOrder.Raster.class,
    DrawingOrder.UniformRandom.class,
    DrawingOrder.Rim.class,
    SpatialOrder.Halton.class,
    SpatialOrder.Hilbert.class,
    SpatialOrder.SpiralIn.class,
    SpatialOrder.SpiralOut.class,
    SpatialOrder.Checkerboard.class,
    SpatialOrder.Locality.class,
    DrawingOrder.FromFile.class,
    DrawingOrder.Given.class
})
public interface DrawingOrder {
    /** The name in tables: that of its kind, with what tells it from others of its kind. */
    default String label() {
        return KnownKinds.name(getClass());
    }

    /**
     * The order on a model's grid; what stands in files is read here, once.
     *
     * @param folderOrders what the model has of extracted orders; needed for orders of mean ranks and of an order network only
     * @throws IllegalArgumentException if the order needs what the model has not, or does not fit the grid
     * @throws IOException if the order stands in a file that cannot be read
     */
    DrawingOrders on(TokenGrid grid, FolderOrders folderOrders) throws IOException;

    /** Whether images tell the cells as they were filled, since what decides them may be gone later. */
    default boolean tellsCells() {
        return false;
    }

    /**
     * The order as images tell it.
     *
     * @param filled the cells as they were filled
     */
    default DrawingOrder told(List<Integer> filled) {
        return this;
    }

    /**
     * An order that fills these cells as this one did, without what decided them; by default this one.
     *
     * @param filled the cells as they were filled
     */
    default DrawingOrder again(List<Integer> filled) {
        return this;
    }

    /** Whether {@link #on} looks at mean ranks. */
    default boolean needsMeanRanks() {
        return false;
    }

    /** Whether {@link #on} looks at an order network. */
    default boolean needsOrderNetwork() {
        return false;
    }

    /** The file that decides the order beside the model; images tell its fingerprint. Not one that they tell cell by cell. */
    default Optional<Path> decidingFile() {
        return Optional.empty();
    }

    /**
     * How many cells of an image a model is asked about in a usual step.
     *
     * @param cells the cells of an image
     */
    default int cellsAsked(int cells) {
        return cells / 2;
    }

    /**
     * In how many steps a whole image is drawn; by default one cell a step.
     *
     * @param cells the cells of an image
     */
    default int steps(int cells) {
        return cells;
    }

    /** An order that is known before an image is drawn. */
    interface Fixed extends DrawingOrder {
        /** In how many steps it is drawn. */
        default Pace pace() {
            return Pace.CELL_BY_CELL;
        }

        @Override
        default String label() {
            return KnownKinds.name(getClass()) + pace().told();
        }

        /**
         * The orders of images on a grid; what stands in files is read here, once.
         *
         * @param meanRanks of the model, if it has some
         * @throws IllegalArgumentException if the order does not fit the grid, or needs mean ranks and there are none
         * @throws IOException if the order stands in a file that cannot be read
         */
        OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) throws IOException;

        @Override
        default DrawingOrder again(List<Integer> filled) {
            return new Given(pace(), filled);
        }

        @Override
        default DrawingOrders on(TokenGrid grid, FolderOrders folderOrders) throws IOException {
            OrderOfImage orders = ofImages(grid, folderOrders.meanRanks());
            return rows -> pace().policy(IntStream.range(0, rows.count())
                    .mapToObj(row -> orders.order(rows.image(row)))
                    .toList());
        }

        @Override
        default int cellsAsked(int cells) {
            return pace().cellsAStep(cells);
        }

        @Override
        default int steps(int cells) {
            return pace().schedule(cells).steps();
        }

        /** The order of an image, a function of what it is given alone; several threads may ask at once. */
        @FunctionalInterface
        interface OrderOfImage {
            /** The order of an image. */
            GenerationOrder order(OrderedImage image);
        }

        /**
         * An image that is to be drawn.
         *
         * @param seed its seed
         * @param condition its class, or that of none
         * @param index its index: with the seed it determines all that is random about it
         * @param known cells that are known beforehand
         * @param absent cells that are neither known nor drawn
         */
        record OrderedImage(long seed, int condition, long index, BitSet known, BitSet absent) {}
    }

    /**
     * The most confident cell next, or the least confident one, found by peeking at all remaining cells.
     *
     * @param settings how; a measure that needs no ground truth
     * @param calibration a {@link CalibrationTable} of the measure in a file, which {@code extract} has written: cells rank by how much surer
     *     the model is of them than usual; absent: by how sure it is
     */
    @Kind("dynamic")
    @Keys({
        "confidence",
        "confidence-logits",
        "order-noise",
        "order-noise-unit?",
        "order-noise-annealing?",
        "cells-per-step"
    })
    record Dynamic(@Flat DynamicOrder settings, Optional<String> calibration) implements DrawingOrder {
        /** Checks that the measure can be used for drawing. */
        public Dynamic {
            DrawnRanking.require(settings.ranking());
        }

        /** An order of cells that rank by how sure the model is of them. */
        public Dynamic(DynamicOrder settings) {
            this(settings, Optional.empty());
        }

        /** The same order, calibrated by the table in a file. */
        public Dynamic calibratedBy(Path table) {
            return new Dynamic(settings, Optional.of(table.toString()));
        }

        /**
         * The decoder's policy.
         *
         * @throws IOException if it is calibrated by a file that cannot be read, or is of another measure
         */
        public OrderPolicy policy() throws IOException {
            return DrawnRanking.calibrated(settings.policy(), settings.ranking(), calibration);
        }

        /** An order without locality and shortlist, whose noise is on the logarithm of the confidence itself. */
        public Dynamic(
                ConfidenceMeasure confidence, ConfidenceLogits confidenceLogits, double orderNoise, int cellsPerStep) {
            this(DynamicOrder.greedy(confidence)
                    .withLogits(confidenceLogits)
                    .withNoise(orderNoise)
                    .withCellsPerStep(cellsPerStep));
        }

        @Override
        public DrawingOrders on(TokenGrid grid, FolderOrders folderOrders) throws IOException {
            OrderPolicy policy = policy();
            return rows -> policy;
        }

        @Override
        public Optional<Path> decidingFile() {
            return calibration.map(Path::of);
        }

        @Override
        public String label() {
            return "dynamic" + DrawnRanking.words(settings.ranking()) + (calibration.isPresent() ? ", calibrated" : "");
        }

        @Override
        public int steps(int cells) {
            return (cells + settings.cellsPerStep() - 1) / settings.cellsPerStep();
        }
    }

    /**
     * Cells by their mean rank in the recorded orders of the class.
     *
     * @param pace in how many steps
     */
    @Kind("recorded-mean")
    record RecordedMean(@Flat Pace pace) implements Fixed {
        /** An order in so many steps; 0 = one cell a step. */
        public RecordedMean(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
            MeanRanks ranks = meanRanks.orElseThrow(() -> new IllegalArgumentException(
                    "drawing by recorded-mean orders needs the mean ranks of extracted orders, but this model"
                            + " has none; choose dynamic, raster or random"));
            return image -> ranks.order(image.condition());
        }

        @Override
        public boolean tellsCells() {
            return true;
        }

        @Override
        public boolean needsMeanRanks() {
            return true;
        }
    }

    /**
     * Row by row.
     *
     * @param pace in how many steps
     */
    @Kind("raster")
    record Raster(@Flat Pace pace) implements Fixed {
        /** An order in so many steps; 0 = one cell a step. */
        public Raster(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
            GenerationOrder raster = GenerationOrder.raster(grid.cells());
            return image -> raster;
        }
    }

    /**
     * A fresh uniform random order for every image.
     *
     * @param pace in how many steps
     */
    @Kind("random")
    record UniformRandom(@Flat Pace pace) implements Fixed {
        /** Orders in so many steps; 0 = one cell a step. */
        public UniformRandom(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
            return image -> GenerationOrder.uniform(
                    grid.cells(),
                    CounterRandom.of(image.seed(), "generation order").derive(image.index()));
        }
    }

    /**
     * From the rim of the hole inwards; a whole image is filled from its border inwards.
     *
     * @param pace in how many steps
     */
    @Kind("rim")
    record Rim(@Flat Pace pace) implements Fixed {
        /** Orders in so many steps; 0 = one cell a step. */
        public Rim(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
            return image -> RimInwards.order(
                    grid,
                    image.known(),
                    CounterRandom.of(image.seed(), "rim order").derive(image.index()));
        }
    }

    /**
     * Orders read from files: one for all images from a text file, or recorded orders from a folder of order shards, the image of
     * index i being drawn in order {@code i mod n} of its n orders ({@link OrderSequence}). Images tell it as a given one.
     *
     * @param path a text file with the cells in filling order, or a folder that {@code extract} has written
     * @param pace in how many steps
     */
    @Kind("file")
    record FromFile(String path, @Flat Pace pace) implements Fixed {
        /** Orders in so many steps; 0 = one cell a step. */
        public FromFile(String path, int steps) {
            this(path, new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) throws IOException {
            OrderSequence orders = OrderSequence.open(Path.of(path), grid);
            return image -> orders.order(image.index());
        }

        @Override
        public boolean tellsCells() {
            return true;
        }

        @Override
        public DrawingOrder told(List<Integer> filled) {
            return new Given(pace, filled);
        }
    }

    /**
     * One order for all images, given cell by cell.
     *
     * @param pace in how many steps
     * @param orderCells the cells in filling order
     */
    @Kind("given")
    record Given(@Flat Pace pace, List<Integer> orderCells) implements Fixed {
        /** Checks that every cell is named once. */
        public Given {
            orderCells = List.copyOf(orderCells);
            var unused = order(orderCells);
        }

        /** An order in so many steps; 0 = one cell a step. */
        public Given(List<Integer> orderCells, int steps) {
            this(new Pace(steps, StepSchedule.COSINE), orderCells);
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
            GenerationOrder order = order(orderCells);
            order.requireGrid(grid);
            return image -> order;
        }

        @Override
        public boolean tellsCells() {
            return true;
        }

        @Override
        public DrawingOrder told(List<Integer> filled) {
            return new Given(pace, filled);
        }

        private static GenerationOrder order(List<Integer> cells) {
            return GenerationOrder.of(cells.stream().mapToInt(Integer::intValue).toArray());
        }
    }
}
