package dev.oar.artifact;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.Require;
import dev.oar.model.TrainedOrders;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes a model folder of published weights, which then serves every command. Names and shapes are checked before anything is
 * written; the folder is complete once its manifest is there.
 */
public final class ModelImport {
    /** What training frameworks put before all names of a wrapped model. */
    private static final List<String> WRAPPERS = List.of("module.", "_orig_mod.", "model.");

    /** Tables that some checkpoints keep although they follow from the sizes. */
    private static final Set<String> TABLES = Set.of("freqs_cis", "causal_mask", "attn_mask");

    private ModelImport() {}

    /**
     * Imports a model.
     *
     * @param model which one
     * @param name its name in manifests and pictures
     * @param weights weights of the transformer
     * @param tokenizer weights of the tokenizer
     * @param classes names of the classes, in the order of their numbers; empty: those of {@link PublicModel#classes()}
     * @param target the folder; made if missing
     * @throws IllegalArgumentException if a weight is missing, surplus or of another shape, the number of classes is wrong, or the target
     *     holds a model already
     * @throws IOException if a file cannot be read or written
     */
    public static ModelFolder write(
            PublicModel model,
            String name,
            WeightSource weights,
            WeightSource tokenizer,
            List<String> classes,
            Path target)
            throws IOException {
        List<String> names = classes.isEmpty() ? model.classes() : classes;
        int expected = model.space().classCount();
        Require.that(
                names.size() == expected && Set.copyOf(names).size() == names.size(),
                "%s needs %s different class names, but was given %s lines; give one name a line, or none",
                model.name(),
                expected,
                names.size());
        ModelFolder.requireNone(target);
        Files.createDirectories(target);
        Arm arm = model.transformer().trainedOrders() == TrainedOrders.ANY ? Arm.ANY_ORDER : Arm.RASTER;
        Map<String, String> fingerprints = new TreeMap<>();
        write(
                tokenizer,
                model.tokenizer().shapes(),
                model.name() + "'s tokenizer",
                target.resolve(ModelFolder.TOKENIZER),
                fingerprints);
        write(
                weights,
                model.transformer().shapes(model.space()),
                model.name(),
                target.resolve(ModelFolder.fileName(arm)),
                fingerprints);
        return ModelFolder.create(
                target,
                new ModelManifest(
                        ModelManifest.VERSION,
                        name,
                        "Imported " + model.name() + ".",
                        model.licence(),
                        model.source() + "; transformer: " + weights.description() + "; tokenizer: "
                                + tokenizer.description(),
                        names,
                        model.tokenizer(),
                        model.transformer(),
                        fingerprints));
    }

    private static void write(
            WeightSource source,
            Map<String, long[]> shapes,
            String owner,
            Path target,
            Map<String, String> fingerprints)
            throws IOException {
        try (Weights stored = source.weights(shapes)) {
            Map<String, Tensor> named = publicNames(stored, shapes.keySet());
            Weights.requireShapes(owner, shapesOf(named), shapes);
            Map<String, Tensor> inOrder = new LinkedHashMap<>();
            shapes.keySet().forEach(name -> inOrder.put(name, named.get(name)));
            Safetensors.write(target, inOrder, Map.of());
        }
        fingerprints.put(String.valueOf(target.getFileName()), Fingerprint.ofFile(target));
    }

    /** The tensors without a wrapper's prefix, without tables, and without buffers that nothing reads. */
    private static Map<String, Tensor> publicNames(Weights stored, Set<String> needed) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        String prefix = prefix(stored.names(), needed);
        stored.asMap().forEach((name, tensor) -> {
            String bare = name.substring(prefix.length());
            boolean unused = !needed.contains(bare) && (TABLES.contains(bare) || bare.equals("quantize.codebook_used"));
            if (!unused) {
                named.put(bare, tensor);
            }
        });
        return named;
    }

    private static String prefix(Set<String> names, Set<String> needed) {
        String prefix = "";
        boolean found = true;
        while (found && names.stream().noneMatch(needed::contains)) {
            found = false;
            for (String wrapper : WRAPPERS) {
                String longer = prefix + wrapper;
                if (!names.isEmpty() && names.stream().allMatch(name -> name.startsWith(longer))) {
                    prefix = longer;
                    found = true;
                    break;
                }
            }
        }
        return prefix;
    }

    private static Map<String, long[]> shapesOf(Map<String, Tensor> tensors) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> shapes.put(name, tensor.shape()));
        return shapes;
    }
}
