package dev.oar.estimate;

import dev.oar.config.RecipeReader;
import dev.oar.config.Spelling;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The accelerators that estimates are made for, from {@code accelerators.yaml}, which names the source of every figure.
 *
 * @param accelerators all of them
 */
public record AcceleratorTable(List<Accelerator> accelerators) {
    private static final String FILE = "accelerators.yaml";

    /** Copies the list. */
    public AcceleratorTable {
        accelerators = List.copyOf(accelerators);
    }

    /** The table. */
    public static AcceleratorTable read() throws IOException {
        try (InputStream file = AcceleratorTable.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IOException("the table of accelerators is missing from the program; install it anew");
            }
            return RecipeReader.parse(
                    FILE, new String(file.readAllBytes(), StandardCharsets.UTF_8), AcceleratorTable.class);
        }
    }

    /**
     * The accelerator of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Accelerator named(String name) {
        return accelerators.stream()
                .filter(accelerator -> accelerator.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--device of an estimate names an accelerator of the"
                        + " table, but there is no '" + name + "'; " + "the nearest is '"
                        + Spelling.nearest(name, names(), 1).get(0) + "' of " + String.join(", ", names())));
    }

    /** All names. */
    public List<String> names() {
        return accelerators.stream().map(Accelerator::name).toList();
    }
}
