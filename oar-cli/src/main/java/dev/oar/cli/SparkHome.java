package dev.oar.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Where Spark is.
 *
 * @param path a folder laid out like a distribution of Spark
 */
record SparkHome(Path path) {
    private static final String VARIABLE = "SPARK_HOME";
    private static final String OWN = "oar-spark/target/spark-home";

    /**
     * The user's Spark, or else the one that the launcher has built for this machine.
     *
     * @throws IllegalArgumentException if there is none
     */
    static SparkHome of(Path home, Map<String, String> environment) {
        String given = environment.getOrDefault(VARIABLE, "");
        SparkHome found = new SparkHome(given.isEmpty() ? home.resolve(OWN) : Path.of(given));
        if (!Files.isRegularFile(found.submit())) {
            throw new IllegalArgumentException(
                    given.isEmpty()
                            ? "Spark is built when ./oar spark-submit is first run, but there is no " + found.submit()
                                    + "; start this by ./oar, or set " + VARIABLE
                            : VARIABLE + " must be a distribution of Spark, but there is no " + found.submit()
                                    + "; correct it, or unset it for a Spark on this machine");
        }
        return found;
    }

    /** The command that submits. */
    Path submit() {
        return path.resolve("bin").resolve("spark-submit");
    }
}
