package dev.oar.evaluate;

import dev.oar.feature.InceptionNetwork;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What results files of earlier versions say, in today's words, so that they can be compared with new ones. The files stay as they are.
 *
 * <p>The kernel distance was called KID whatever the features; now it bears that name for Inception's alone. Metrics did not say their kind,
 * which their names tell; what those versions did not measure themselves was a score of images.
 */
final class EarlierResults {
    private static final String NAME = "name";
    private static final String DISTANCE = "distance";
    private static final String RECONSTRUCTION = "reconstruction";

    /** What names begin with, and the kind that this tells; the first that fits counts. */
    private static final Map<String, String> KINDS = kinds();

    private EarlierResults() {}

    private static Map<String, String> kinds() {
        Map<String, String> kinds = new LinkedHashMap<>();
        kinds.put("bits per token (not", "prediction");
        kinds.put("bits per token", "code-length");
        kinds.put("PSNR", "signal-to-noise");
        for (String name : new String[] {"reconstruction ", "share of codes used", "code perplexity"}) {
            kinds.put(name, RECONSTRUCTION);
        }
        kinds.put("FD (", "frechet-distance");
        kinds.put("FID (", "frechet-distance");
        for (String name : new String[] {"KID (", "FD-infinity (", "FID-infinity (", "sFID ("}) {
            kinds.put(name, DISTANCE);
        }
        return kinds;
    }

    /** Puts today's words in the place of earlier ones. */
    static void translate(JsonNode results) {
        for (JsonNode metric : results.findValues("metric")) {
            if (metric instanceof ObjectNode object) {
                String name = object.path(NAME).asString("");
                object.put(NAME, name(name)).put("kind", kind(name));
            }
        }
    }

    private static String kind(String name) {
        return KINDS.entrySet().stream()
                .filter(kind -> name.startsWith(kind.getKey()))
                .findFirst()
                .map(Map.Entry::getValue)
                .orElse(name.endsWith(" in the hole") ? "hole" : "score");
    }

    private static String name(String earlier) {
        String kid = KernelDistance.KID + " (";
        return earlier.startsWith(kid) && !earlier.startsWith(kid + InceptionNetwork.NAME)
                ? KernelDistance.KD + earlier.substring(KernelDistance.KID.length())
                : earlier;
    }
}
