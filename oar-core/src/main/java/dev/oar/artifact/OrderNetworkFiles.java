package dev.oar.artifact;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.NetworkFiles;
import dev.oar.config.Require;
import dev.oar.model.OrderNetwork;
import dev.oar.model.OrderNetworkConfig;
import dev.oar.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.bytedeco.pytorch.global.torch;

/**
 * The order network of a model folder: {@code order-network.yaml} for what it sees, its sizes and what it was distilled from, and
 * {@code order-network.safetensors}.
 */
public final class OrderNetworkFiles {
    /** File name of the sizes. */
    public static final String SIZES = "order-network.yaml";

    /** File name of the weights. */
    public static final String WEIGHTS = "order-network.safetensors";

    private static final NetworkFiles FILES = new NetworkFiles("drawing by learned orders", SIZES, WEIGHTS);

    /**
     * What {@code order-network.yaml} says.
     *
     * @param inputs what the network sees
     * @param network its sizes
     * @param distilledFrom of what orders it was distilled
     */
    public record Sizes(OrderNetwork.Inputs inputs, OrderNetworkConfig network, Origin distilledFrom) {}

    /**
     * Which orders a network was distilled from.
     *
     * @param confidence the measure that they were extracted by
     * @param model fingerprint of the weights that extracted them
     * @param images how many images they are of
     */
    public record Origin(String confidence, String model, int images) {}

    private OrderNetworkFiles() {}

    /** Whether a folder holds an order network. */
    public static boolean presentIn(Path folder) {
        return FILES.presentIn(folder);
    }

    /**
     * Writes a network in float32 to the folder of the model that it is for, in place of the one that it had.
     *
     * @return the folder as it is then
     * @throws IllegalArgumentException if the network sees other tokens or conditions than those of the model
     */
    public static ModelFolder write(ModelFolder model, OrderNetwork network, Origin origin) throws IOException {
        OrderNetwork.Inputs expected = OrderNetwork.Inputs.of(
                model.manifest().space(), model.manifest().transformer());
        Require.that(
                network.inputs().equals(expected),
                "the order network of model %s must see %s, but this one sees %s; train one for this model",
                model.manifest().name(),
                expected,
                network.inputs());
        FILES.write(
                model.path(),
                new Sizes(network.inputs(), network.config(), origin),
                network.weights(),
                torch.ScalarType.Float);
        Map<String, String> fingerprints = new TreeMap<>(model.manifest().fingerprints());
        fingerprints.put(WEIGHTS, Fingerprint.ofFile(model.path().resolve(WEIGHTS)));
        return ModelFolder.create(model.path(), model.manifest().withFingerprints(fingerprints));
    }

    /** Reads a network in float32 to a device; close it after use. */
    static OrderNetwork read(Path folder, Device device) throws IOException {
        return FILES.read(
                folder,
                Sizes.class,
                (sizes, weights) -> new OrderNetwork(sizes.network(), sizes.inputs(), weights.movedTo(device)));
    }
}
