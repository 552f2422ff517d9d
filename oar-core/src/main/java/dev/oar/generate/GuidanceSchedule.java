package dev.oar.generate;

import dev.oar.config.Kind;
import dev.oar.config.OpenKinds;
import dev.oar.decode.GuidanceScale;

/**
 * How the guidance scale changes while cells are filled. Each schedule but the first two is that of a public model. One of your own is a
 * record with a {@link Kind}, made known by {@link dev.oar.config.KnownKinds#add}.
 */
@OpenKinds({
    GuidanceSchedule.Constant.class,
    GuidanceSchedule.Linear.class,
    GuidanceSchedule.LinearAhead.class,
    GuidanceSchedule.PowerCosine.class,
    GuidanceSchedule.FirstCells.class
})
public interface GuidanceSchedule {
    /**
     * The decoder's scale.
     *
     * @param guidanceScale the full scale; 1 = off
     */
    GuidanceScale scale(double guidanceScale);

    /** The same at every step. */
    @Kind("constant")
    record Constant() implements GuidanceSchedule {
        @Override
        public GuidanceScale scale(double guidanceScale) {
            return new GuidanceScale.Linear(guidanceScale, guidanceScale);
        }
    }

    /** From 1 at the first cell to the full scale, see {@link GuidanceScale.Linear}. */
    @Kind("linear")
    record Linear() implements GuidanceSchedule {
        @Override
        public GuidanceScale scale(double guidanceScale) {
            return new GuidanceScale.Linear(1, guidanceScale);
        }
    }

    /** From 1 to the full scale at the last step, see {@link GuidanceScale.LinearAhead}. */
    @Kind("linear-ahead")
    record LinearAhead() implements GuidanceSchedule {
        @Override
        public GuidanceScale scale(double guidanceScale) {
            return new GuidanceScale.LinearAhead(guidanceScale);
        }
    }

    /**
     * From 1 to the full scale by a cosine of a power, see {@link GuidanceScale.PowerCosine}.
     *
     * @param guidancePower 0 to 100; the larger, the later guidance grows
     */
    @Kind("power-cosine")
    record PowerCosine(double guidancePower) implements GuidanceSchedule {
        /** Checks the power. */
        public PowerCosine {
            var unused = new GuidanceScale.PowerCosine(1, guidancePower);
        }

        @Override
        public GuidanceScale scale(double guidanceScale) {
            return new GuidanceScale.PowerCosine(guidanceScale, guidancePower);
        }
    }

    /**
     * The full scale for the first cells, none for the rest, see {@link GuidanceScale.FirstCells}.
     *
     * @param guidedCells how many cells are filled under guidance, at least 0
     */
    @Kind("first-cells")
    record FirstCells(int guidedCells) implements GuidanceSchedule {
        /** Checks the number. */
        public FirstCells {
            var unused = new GuidanceScale.FirstCells(1, guidedCells);
        }

        @Override
        public GuidanceScale scale(double guidanceScale) {
            return new GuidanceScale.FirstCells(guidanceScale, guidedCells);
        }
    }
}
