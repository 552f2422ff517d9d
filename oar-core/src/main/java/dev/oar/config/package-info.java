/** Recipes: strict YAML read into records, records written as canonical YAML; every layer owns its own records. */
@NullMarked
package dev.oar.config;

import org.jspecify.annotations.NullMarked;
