package dev.oar.generate;

import dev.oar.config.Default;
import dev.oar.config.Flat;
import dev.oar.decode.ClassifierFreeGuidance;

/**
 * How strongly images are drawn towards their condition.
 *
 * @param guidanceScale classifier-free guidance; 1 = off
 * @param guidanceSchedule how the scale changes
 */
public record GuidanceSettings(
        @Default("1") double guidanceScale,
        @Flat @Default("constant") GuidanceSchedule guidanceSchedule) {
    /** No guidance. */
    public static final GuidanceSettings OFF = constant(1);

    /** Checks the scale by making what it stands for. */
    public GuidanceSettings {
        var unused = guidanceSchedule.scale(guidanceScale);
    }

    /** The same scale at every step. */
    public static GuidanceSettings constant(double guidanceScale) {
        return new GuidanceSettings(guidanceScale, new GuidanceSchedule.Constant());
    }

    /** The decoder's guidance. */
    public ClassifierFreeGuidance classifierFree() {
        return new ClassifierFreeGuidance(guidanceSchedule.scale(guidanceScale));
    }
}
