package dev.oar.study;

import dev.oar.config.Default;
import dev.oar.config.Kind;
import dev.oar.config.Require;
import dev.oar.data.DistilledOrder;
import dev.oar.data.RecordedOrder;
import dev.oar.decode.ConfidenceMeasure;
import dev.oar.decode.DynamicOrder;
import dev.oar.decode.OrderPolicy.ConfidenceLogits;
import dev.oar.extract.ExtractionConfig;
import dev.oar.generate.DrawingOrder;
import dev.oar.order.FixedOrder;
import dev.oar.order.OrderSource;
import dev.oar.order.UniformRandomOrder;
import java.io.IOException;
import java.util.Optional;

/** The orders that an arm of a study is trained on. */
public sealed interface ArmOrders {
    /** The order that a model trained so is meant to be drawn in. */
    DrawingOrder drawnIn();

    /** The extraction that the orders come from, if they are recorded ones. */
    default Optional<ExtractionConfig> extracted() {
        return Optional.empty();
    }

    /**
     * The orders themselves.
     *
     * @param material what they are made of
     * @throws IllegalStateException if nothing is trained
     * @throws IOException if recorded orders cannot be read
     */
    OrderSource source(ArmMaterial material) throws IOException;

    /** Dynamic as the orders were extracted, with the usual noise; by negative entropy where answers were looked at. */
    private static DrawingOrder dynamic(ExtractionConfig extraction) {
        DynamicOrder drawn = extraction.looksAtAnswers()
                ? DynamicOrder.greedy(ConfidenceMeasure.NEGATIVE_ENTROPY)
                : extraction.order();
        return new DrawingOrder.Dynamic(
                drawn.withLogits(ConfidenceLogits.CONDITIONAL).withNoise(1));
    }

    /** None: the any-order model as it is. */
    @Kind("untrained")
    record Untrained() implements ArmOrders {
        @Override
        public DrawingOrder drawnIn() {
            return new DrawingOrder.UniformRandom(0);
        }

        @Override
        public OrderSource source(ArmMaterial material) {
            throw new IllegalStateException("an arm that is not trained has no orders to train on");
        }
    }

    /**
     * Orders that are known without asking a model: random, raster, Hilbert and so on.
     *
     * @param order any order that is known before an image is drawn, one cell a step
     */
    @Kind("known")
    record Known(DrawingOrder order) implements ArmOrders {
        /** Checks the kind of order. */
        public Known {
            Require.that(
                    order instanceof DrawingOrder.Fixed fixed
                            && fixed.pace().steps() == 0
                            && !fixed.needsMeanRanks()
                            && !(order instanceof DrawingOrder.FromFile),
                    "the order of an arm of the kind known is one that is known before an image is drawn, without a file and"
                            + " steps, but this one is %s; choose random, raster or another of that sort",
                    order.label());
        }

        @Override
        public DrawingOrder drawnIn() {
            return order;
        }

        @Override
        public OrderSource source(ArmMaterial material) throws IOException {
            return order instanceof DrawingOrder.UniformRandom
                    ? new UniformRandomOrder(material.cells(), material.seed())
                    : KnownOrder.of((DrawingOrder.Fixed) order, material);
        }
    }

    /**
     * The same random permutation for all images.
     *
     * @param number which one
     */
    @Kind("permutation")
    record Permutation(@Default("1") long number) implements ArmOrders {
        /** Checks the number. */
        public Permutation {
            Require.that(number >= 1, "permutations are counted from 1, but this one has the number %s", number);
        }

        @Override
        public DrawingOrder drawnIn() {
            return new FixedPermutation(number);
        }

        @Override
        public OrderSource source(ArmMaterial material) {
            return FixedOrder.permutation(material.cells(), number);
        }
    }

    /** What is made of the order recorded for an image. */
    enum Use {
        /** It is learnt. */
        OWN,
        /** It is learnt backwards. */
        REVERSED,
        /** That of another image with the same class is learnt: what orders tell of a class stays, what they tell of an image goes. */
        SHUFFLED_IN_CLASS,
        /** That of any other image is learnt. */
        SHUFFLED
    }

    /**
     * Orders that the any-order model of the same seed extracts.
     *
     * @param use what is made of them
     * @param extraction how they are extracted
     */
    @Kind("recorded")
    record Recorded(@Default("own") Use use, @Default("{}") ExtractionConfig extraction) implements ArmOrders {
        @Override
        public DrawingOrder drawnIn() {
            return dynamic(extraction);
        }

        @Override
        public OrderSource source(ArmMaterial material) {
            return use == Use.OWN
                    ? new RecordedOrder(material.recorded())
                    : RearrangedOrder.of(material.recorded(), use, material);
        }

        @Override
        public Optional<ExtractionConfig> extracted() {
            return Optional.of(extraction);
        }
    }

    /**
     * For each image the one of few orders that is nearest to its recorded one.
     *
     * @param count how many orders there are
     * @param extraction how those are extracted that they are distilled from
     */
    @Kind("distilled")
    record Distilled(int count, @Default("{}") ExtractionConfig extraction) implements ArmOrders {
        /** Checks the count. */
        public Distilled {
            Require.that(count >= 1, "recorded orders are distilled into at least 1, but the count is %s", count);
        }

        @Override
        public DrawingOrder drawnIn() {
            return dynamic(extraction);
        }

        @Override
        public OrderSource source(ArmMaterial material) {
            return DistilledOrder.of(material.recorded(), count, material.seed());
        }

        @Override
        public Optional<ExtractionConfig> extracted() {
            return Optional.of(extraction);
        }
    }

    /**
     * One order of each class, by the mean ranks of the recorded ones; models that draw from captions know no classes and have one for all.
     *
     * @param extraction how they are extracted
     */
    @Kind("mean-ranks")
    record ClassMeans(@Default("{}") ExtractionConfig extraction) implements ArmOrders {
        @Override
        public DrawingOrder drawnIn() {
            return new DrawingOrder.RecordedMean(0);
        }

        @Override
        public OrderSource source(ArmMaterial material) {
            return new MeanRankOrder(material.meanRanks(), material.tokens());
        }

        @Override
        public Optional<ExtractionConfig> extracted() {
            return Optional.of(extraction);
        }
    }
}
