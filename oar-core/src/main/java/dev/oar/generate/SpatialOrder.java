package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.data.MeanRanks;
import dev.oar.order.CheckerboardOrder;
import dev.oar.order.CounterRandom;
import dev.oar.order.GenerationOrder;
import dev.oar.order.HaltonOrder;
import dev.oar.order.HilbertCurve;
import dev.oar.order.LocalityOrder;
import dev.oar.order.SpiralOrder;
import dev.oar.order.StepSchedule;
import dev.oar.order.TokenGrid;
import java.util.Optional;

/** Orders that follow from where cells lie, whatever the model and the image: what orders that look at images are compared with. */
public interface SpatialOrder extends DrawingOrder.Fixed {
    /** The orders on a grid; a model's mean ranks have no part in them. */
    OrderOfImage ofImages(TokenGrid grid);

    @Override
    default OrderOfImage ofImages(TokenGrid grid, Optional<MeanRanks> meanRanks) {
        return ofImages(grid);
    }

    /**
     * Spread evenly over the image, see {@link HaltonOrder}.
     *
     * @param pace in how many steps
     */
    @Kind("halton")
    record Halton(@Flat Pace pace) implements SpatialOrder {
        /** An order in so many steps; 0 = one cell a step. */
        public Halton(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid) {
            GenerationOrder order = HaltonOrder.of(grid);
            return image -> order;
        }
    }

    /**
     * Along the Hilbert curve, see {@link HilbertCurve}.
     *
     * @param pace in how many steps
     */
    @Kind("hilbert")
    record Hilbert(@Flat Pace pace) implements SpatialOrder {
        /** An order in so many steps; 0 = one cell a step. */
        public Hilbert(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid) {
            GenerationOrder order = HilbertCurve.order(grid);
            return image -> order;
        }
    }

    /**
     * Clockwise from the top left corner to the middle.
     *
     * @param pace in how many steps
     */
    @Kind("spiral-in")
    record SpiralIn(@Flat Pace pace) implements SpatialOrder {
        /** An order in so many steps; 0 = one cell a step. */
        public SpiralIn(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid) {
            GenerationOrder order = SpiralOrder.inwards(grid);
            return image -> order;
        }
    }

    /**
     * From the middle to the top left corner, the reverse of {@link SpiralIn}.
     *
     * @param pace in how many steps
     */
    @Kind("spiral-out")
    record SpiralOut(@Flat Pace pace) implements SpatialOrder {
        /** An order in so many steps; 0 = one cell a step. */
        public SpiralOut(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid) {
            GenerationOrder order = SpiralOrder.outwards(grid);
            return image -> order;
        }
    }

    /**
     * Every other cell, then those between them, at random within both and afresh for every image.
     *
     * @param pace in how many steps
     */
    @Kind("checkerboard")
    record Checkerboard(@Flat Pace pace) implements SpatialOrder {
        /** Orders in so many steps; 0 = one cell a step. */
        public Checkerboard(int steps) {
            this(new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid) {
            return image -> CheckerboardOrder.of(
                    grid, CounterRandom.of(image.seed(), "checkerboard order").derive(image.index()));
        }
    }

    /**
     * Close to what is filled, the cells of a step apart from each other, see {@link LocalityOrder}; afresh for every image. It is made for
     * the very steps that its pace draws: known cells are filled before the first of them. On a larger grid, of which a model's own grid
     * is drawn first, its steps are others than those that it was made for.
     *
     * @param spacing cells of one step are further apart in rows or in columns, where they can be
     * @param pace in how many steps
     */
    @Kind("locality")
    record Locality(@Default("2") int spacing, @Flat Pace pace) implements SpatialOrder {
        /** Checks the spacing. */
        public Locality {
            Require.that(
                    spacing >= 0,
                    "spacing must be at least 0 (cells of a step may touch), but is %s; %s is usual",
                    spacing,
                    LocalityOrder.USUAL_SPACING);
        }

        /** Orders of the usual spacing in so many steps; 0 = one cell a step. */
        public Locality(int steps) {
            this(LocalityOrder.USUAL_SPACING, new Pace(steps, StepSchedule.COSINE));
        }

        @Override
        public String label() {
            String name = SpatialOrder.super.label();
            return spacing == LocalityOrder.USUAL_SPACING ? name : name + ", spacing " + spacing;
        }

        @Override
        public OrderOfImage ofImages(TokenGrid grid) {
            return image -> LocalityOrder.order(
                    grid,
                    image.known(),
                    image.absent(),
                    pace.schedule(grid.cells()
                            - image.known().cardinality()
                            - image.absent().cardinality()),
                    spacing,
                    CounterRandom.of(image.seed(), "locality order").derive(image.index()));
        }
    }
}
