package dev.oar.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The keys that a record is written with, in this order. A key that ends in {@code ?} is written only if it differs from its default, and
 * so are keys that are not named, behind all others. A record can thus gain components, or hold them in groups ({@link Flat}), and
 * recipes that do without the new ones keep their text, by which runs are known.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Keys {
    /** The keys in kebab-case. */
    String[] value();
}
