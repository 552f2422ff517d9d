package dev.oar.parity;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What several kinds of cases share. */
final class Settings {
    private static final String GRADIENT = "grad.";

    private Settings() {}

    /** A whole number that may be left out. */
    static Optional<Integer> integer(GoldenFolder folder, String key) {
        JsonNode node = folder.config().path(key);
        return node.isNumber() ? Optional.of(node.asInt()) : Optional.empty();
    }

    /** A number that may be left out. */
    static Optional<Double> number(GoldenFolder folder, String key) {
        JsonNode node = folder.config().path(key);
        return node.isNumber() ? Optional.of(node.asDouble()) : Optional.empty();
    }

    /** A list of whole numbers. */
    static List<Integer> integers(GoldenFolder folder, String key) throws CorruptFileException {
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode number : folder.setting(key)) {
            numbers.add(number.asInt());
        }
        return numbers;
    }

    /** Compares every stored {@code grad.NAME} with the gradient that backward has left at weight NAME, and drops it. */
    static void gradients(GoldenRun run, String file, Weights weights) throws IOException {
        for (String name : run.names(file)) {
            if (name.startsWith(GRADIENT)) {
                run.gradient(
                        file,
                        name,
                        weights.get(name.substring(GRADIENT.length())).grad());
            }
        }
    }
}
