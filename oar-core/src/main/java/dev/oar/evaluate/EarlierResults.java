package dev.oar.evaluate;

import dev.oar.feature.InceptionNetwork;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What results files of earlier versions say, in today's words, so that they can be compared with new ones. The files stay as they are.
 *
 * <p>The kernel distance was called KID whatever the features; now it bears that name for Inception's alone.
 */
final class EarlierResults {
    private static final String NAME = "name";

    private EarlierResults() {}

    /** Puts today's words in the place of earlier ones. */
    static void translate(JsonNode results) {
        for (JsonNode metric : results.findValues("metric")) {
            if (metric instanceof ObjectNode object) {
                object.put(NAME, name(object.path(NAME).asString("")));
            }
        }
    }

    private static String name(String earlier) {
        String kid = KernelDistance.KID + " (";
        return earlier.startsWith(kid) && !earlier.startsWith(kid + InceptionNetwork.NAME)
                ? KernelDistance.KD + earlier.substring(KernelDistance.KID.length())
                : earlier;
    }
}
