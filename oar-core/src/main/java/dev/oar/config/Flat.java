package dev.oar.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The keys of this component, a record, stand beside those of the record that holds it: records that share settings hold them as one,
 * and recipes do not show it. Where the component is one of several kinds, its kind stands under the component's own key:
 *
 * <pre>{@code
 * record Drawing(@Flat Sampling sampling, @Flat @Default("constant") Schedule schedule) {}
 * }</pre>
 *
 * is written as {@code {temperature: 1.0, top-k: 0, schedule: first-cells, guided-cells: 3}}.
 *
 * <p>A {@link Default} on the component holds, of one of several kinds, the kind; of a record, a group of keys that are other than the
 * record's own defaults: {@code @Default("{order-noise: 0}")}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Flat {}
