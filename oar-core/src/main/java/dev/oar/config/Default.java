package dev.oar.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a record component holds when the recipe leaves its key out, as YAML in one line: {@code @Default("0.1")},
 * {@code @Default("[32, 64]")}, {@code @Default("{kind: constant}")}; {@code @Default("{}")} on a component that is a record
 * takes all of that record's own defaults.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** The value as YAML; empty text is the empty string. */
    String value();
}
