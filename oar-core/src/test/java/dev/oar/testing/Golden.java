package dev.oar.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.oar.checkpoint.Safetensors;
import dev.oar.tensor.Tensors;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A folder of reference numbers from a public implementation. Small cases are resources of the tests; a folder with more of the
 * same layout may be named by the system property {@code oar.golden}.
 */
public record Golden(Path folder, JsonNode config) {
    /** The case of this name among the resources. */
    public static Golden resource(String name) {
        URL url = Objects.requireNonNull(Golden.class.getResource("/golden/" + name), name);
        try {
            return at(Path.of(url.toURI()));
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The case in this folder. */
    public static Golden at(Path folder) {
        return new Golden(
                folder, new JsonMapper().readTree(folder.resolve("config.json").toFile()));
    }

    /** All cases of a kind: those of the resources and of the folder that {@code oar.golden} names, each once. */
    public static List<Golden> ofKind(String kind) {
        return each(Files::list)
                .filter(p -> Files.exists(p.resolve("config.json")))
                .map(Golden::at)
                .filter(golden -> golden.config().get("kind").asString().equals(kind))
                .toList();
    }

    /** All files of all cases, however deep, whose names match: those of the resources and of {@code oar.golden}, each once. */
    public static List<Path> files(Pattern name) {
        return each(Files::walk)
                .filter(p -> name.matcher(p.getFileName().toString()).matches() && Files.isRegularFile(p))
                .toList();
    }

    /** Lists the paths of a folder. */
    private interface Listing {
        Stream<Path> of(Path folder) throws IOException;
    }

    /** What is listed of the resources, and what else is listed of the folder outside. */
    private static Stream<Path> each(Listing listing) {
        URL url = Objects.requireNonNull(Golden.class.getResource("/golden"));
        try {
            Path resources = Path.of(url.toURI());
            String property = System.getProperty("oar.golden", "");
            Path outside = property.isEmpty() ? resources : Path.of(property);
            try (Stream<Path> inside = listing.of(resources);
                    Stream<Path> others = listing.of(outside)) {
                List<Path> known = inside.sorted().toList();
                List<Path> more = others.sorted()
                        .filter(p -> !known.contains(resources.resolve(outside.relativize(p))))
                        .toList();
                return Stream.concat(known.stream(), more.stream());
            }
        } catch (URISyntaxException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A tolerance of the case. */
    public double tolerance(String name) {
        return config.get("tolerance").get(name).asDouble();
    }

    /** A file of the case. */
    public Safetensors open(String file) {
        try {
            return Safetensors.open(folder.resolve(file));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A tensor of a file in the innermost scope. */
    public static Tensor read(Safetensors file, String name) {
        try {
            return file.read(name);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Compares with a reference tensor: shapes equal, no difference above the tolerance times its largest magnitude. */
    public static void assertClose(String name, Tensor actual, Tensor reference, double relativeTolerance) {
        assertThat(actual.shape()).as(name + " shape").isEqualTo(reference.shape());
        double[] expected = Tensors.doubles(reference);
        double[] values = Tensors.doubles(actual);
        double largest = 0;
        double worst = 0;
        for (int i = 0; i < expected.length; i++) {
            largest = Math.max(largest, Math.abs(expected[i]));
            double difference = Math.abs(values[i] - expected[i]);
            worst = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(worst, difference);
        }
        assertThat(worst)
                .as("%s: largest difference, the largest magnitude being %s", name, largest)
                .isLessThanOrEqualTo(relativeTolerance * largest);
    }

    @Override
    public String toString() {
        return folder.getFileName().toString();
    }
}
