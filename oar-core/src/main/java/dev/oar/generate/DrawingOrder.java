package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.OrderNoise;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.order.GenerationOrder;
import java.util.List;

/** In which order the cells of an image are drawn. */
public sealed interface DrawingOrder {
    /** The name in recipes, commands and tables. */
    String label();

    /**
     * The most confident cell next, found by peeking at all remaining cells.
     *
     * @param confidence the measure; one that needs no ground truth
     * @param confidenceLogits which logits it is read from under guidance
     * @param orderNoise scale of the Gumbel noise on the log confidence, annealed to 0 over the cells to be drawn; 0 = greedy
     * @param orderNoiseUnit what the scale counts
     * @param cellsPerStep cells filled after each peek
     */
    @Kind("dynamic")
    record Dynamic(
            @Default("negative-entropy") ConfidenceMeasure confidence,
            @Default("conditional") ConfidenceLogits confidenceLogits,
            @Default("1") double orderNoise,
            @Default("logarithm") OrderNoiseUnit orderNoiseUnit,
            @Default("1") int cellsPerStep)
            implements DrawingOrder {
        /** What the scale of order noise counts. */
        public enum OrderNoiseUnit {
            /** The logarithm of the confidence itself, in nats. */
            LOGARITHM,
            /** Standard deviations of the logarithms of a step's candidates: as strong under every measure, vocabulary and grid. */
            SPREAD
        }

        /** Checks that the measure can be used for drawing, and the ranges. */
        public Dynamic {
            if (!(orderNoise >= 0 && orderNoise < Double.POSITIVE_INFINITY) || cellsPerStep < 1) {
                throw new IllegalArgumentException(
                        "order-noise must be a number of at least 0 and cells-per-step at least 1, but they are "
                                + orderNoise + " and " + cellsPerStep + "; order-noise 0 is greedy");
            }
            if (confidence.needsGroundTruth()) {
                throw new IllegalArgumentException(
                        "ground-truth-probability looks at the answer and cannot be used for drawing;"
                                + " choose max-probability, negative-entropy, margin, top-k-mass or sampled-probability");
            }
        }

        /** An order whose noise is on the logarithm of the confidence itself. */
        public Dynamic(
                ConfidenceMeasure confidence, ConfidenceLogits confidenceLogits, double orderNoise, int cellsPerStep) {
            this(confidence, confidenceLogits, orderNoise, OrderNoiseUnit.LOGARITHM, cellsPerStep);
        }

        /** The noise in its unit. */
        public OrderNoise noise() {
            return switch (orderNoiseUnit) {
                case LOGARITHM -> new OrderNoise.OfLogarithm(orderNoise);
                case SPREAD -> new OrderNoise.OfSpread(orderNoise);
            };
        }

        @Override
        public String label() {
            if (orderNoise == 0) {
                return "dynamic";
            }
            String unit = orderNoiseUnit == OrderNoiseUnit.SPREAD ? " of the spread" : "";
            return "dynamic, noise " + trimmed(orderNoise) + unit;
        }
    }

    /** An order that is known before the image is drawn. */
    sealed interface Fixed extends DrawingOrder {
        /** Steps of the cosine schedule; 0 = one cell a step. */
        int steps();
    }

    /**
     * Cells by their mean rank in the recorded orders of the class.
     *
     * @param steps steps of the cosine schedule; 0 = one cell a step
     */
    @Kind("recorded-mean")
    record RecordedMean(@Default("0") int steps) implements Fixed {
        @Override
        public String label() {
            return "recorded-mean";
        }
    }

    /**
     * Row by row.
     *
     * @param steps steps of the cosine schedule; 0 = one cell a step
     */
    @Kind("raster")
    record Raster(@Default("0") int steps) implements Fixed {
        @Override
        public String label() {
            return "raster";
        }
    }

    /**
     * A fresh uniform random order for every image.
     *
     * @param steps steps of the cosine schedule; 0 = one cell a step
     */
    @Kind("random")
    record UniformRandom(@Default("0") int steps) implements Fixed {
        @Override
        public String label() {
            return "random";
        }
    }

    /**
     * From the rim of the hole inwards; a whole image is filled from its border inwards.
     *
     * @param steps steps of the cosine schedule; 0 = one cell a step
     */
    @Kind("rim")
    record Rim(@Default("0") int steps) implements Fixed {
        @Override
        public String label() {
            return "rim";
        }
    }

    /**
     * Orders read from files: one for all images from a text file, or recorded orders from a folder of order shards, the image of
     * index i being drawn in order {@code i mod n} of its n orders ({@link dev.oar.data.OrderSequence}).
     *
     * @param path a text file with the cells in filling order, or a folder that {@code extract} has written
     * @param steps steps of the cosine schedule; 0 = one cell a step
     */
    @Kind("file")
    record FromFile(String path, @Default("0") int steps) implements Fixed {
        @Override
        public String label() {
            return "file";
        }
    }

    /**
     * One order for all images, given cell by cell.
     *
     * @param cells the cells in filling order
     * @param steps steps of the cosine schedule; 0 = one cell a step
     */
    @Kind("given")
    record Given(List<Integer> cells, @Default("0") int steps) implements Fixed {
        /** Checks that every cell is named once. */
        public Given {
            cells = List.copyOf(cells);
            var unused = order(cells);
        }

        /** The order. */
        public GenerationOrder order() {
            return order(cells);
        }

        private static GenerationOrder order(List<Integer> cells) {
            return GenerationOrder.of(cells.stream().mapToInt(Integer::intValue).toArray());
        }

        @Override
        public String label() {
            return "given";
        }
    }

    private static String trimmed(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
}
