package dev.oar.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An interface whose kinds are not only those of this library: these records, each with its {@link Kind}, and what
 * {@link KnownKinds#add} adds to them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface OpenKinds {
    /** The records that are known from the start. */
    Class<?>[] value();
}
