package dev.oar.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The name by which a recipe chooses this record among those that a sealed interface permits or an open one knows ({@link KnownKinds}):
 *
 * <pre>{@code
 * sealed interface LearningRateSchedule permits Cosine, Constant {}
 *
 * @Kind("cosine")
 * record Cosine(double peak, int warmUpSteps) implements LearningRateSchedule {}
 * }</pre>
 *
 * is written as {@code schedule: {kind: cosine, peak: 0.001, warm-up-steps: 100}}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Kind {
    /** The name in kebab-case. */
    String value();
}
