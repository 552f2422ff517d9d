package dev.oar.artifact;

import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.config.Spelling;
import dev.oar.file.AtomicFile;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Writes a model folder anew, to be passed on: with the arms asked for, and weights in the type asked for. */
public final class ModelExport {
    private static final String WEIGHTS_SUFFIX = ".safetensors";

    /** How weights are stored; they are computed with in float32 whatever this is. */
    public enum StoredType {
        /** 4 bytes, nothing is lost. */
        FLOAT32(torch.ScalarType.Float),
        /** 2 bytes: 11 significant bits, up to 65,504. */
        FLOAT16(torch.ScalarType.Half),
        /** 2 bytes: 8 significant bits, the range of float32. */
        BFLOAT16(torch.ScalarType.BFloat16);

        private final torch.ScalarType scalarType;

        StoredType(torch.ScalarType scalarType) {
            this.scalarType = scalarType;
        }
    }

    private ModelExport() {}

    /**
     * Writes a model to another folder. An export that is broken off leaves a folder without manifest, which is no model.
     *
     * @param arms the transformers to take along
     * @throws IllegalArgumentException if the model has no such arm, the target holds a model already, or a weight does not fit the type
     */
    public static ModelFolder write(ModelFolder model, Path target, Set<Arm> arms, StoredType type) throws IOException {
        requireArms(model, arms);
        if (Files.exists(target) && Files.isSameFile(target, model.path())) {
            throw new IllegalArgumentException(
                    "a model must be exported to another folder than its own, but both are " + target);
        }
        ModelFolder.requireNone(target);
        Files.createDirectories(target);
        for (Arm arm : Arm.values()) {
            Files.deleteIfExists(target.resolve(ModelFolder.fileName(arm)));
        }
        Map<String, String> fingerprints = new TreeMap<>();
        for (Path file : filesOf(model, arms)) {
            String name = String.valueOf(file.getFileName());
            Path copy = target.resolve(name);
            if (name.endsWith(WEIGHTS_SUFFIX)) {
                writeWeights(model, name, copy, type);
                fingerprints.put(name, Fingerprint.ofFile(copy));
            } else {
                AtomicFile.write(copy, Files.readAllBytes(file));
                if (!model.fingerprint(name).isEmpty()) {
                    fingerprints.put(name, Fingerprint.ofFile(copy));
                }
            }
        }
        return ModelFolder.create(target, model.manifest().withFingerprints(fingerprints));
    }

    private static void requireArms(ModelFolder model, Set<Arm> arms) {
        if (arms.isEmpty() || !model.arms().containsAll(arms)) {
            throw new IllegalArgumentException("an export must name arms that the model has ("
                    + model.arms().stream().map(Arm::label).toList() + "), but names "
                    + arms.stream().sorted().map(Arm::label).toList());
        }
    }

    /** Everything in the folder but unfinished files, the manifest and the arms that stay behind. */
    private static List<Path> filesOf(ModelFolder model, Set<Arm> arms) throws IOException {
        try (var entries = Files.list(model.path())) {
            return entries.filter(Files::isRegularFile)
                    .filter(file -> !isName(file, ModelFolder.MANIFEST) && !AtomicFile.isUnfinished(file))
                    .filter(file -> model.arms().stream()
                            .noneMatch(arm -> !arms.contains(arm) && isName(file, ModelFolder.fileName(arm))))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isName(Path file, String name) {
        return file.endsWith(name);
    }

    private static void writeWeights(ModelFolder model, String name, Path copy, StoredType type) throws IOException {
        try (Weights read = model.weights(name);
                Weights stored = read.to(type.scalarType)) {
            for (String key : stored.names()) {
                requireFinite(name, key, stored.get(key), type);
            }
            Safetensors.write(copy, stored.asMap(), Map.of());
        }
    }

    private static void requireFinite(String file, String key, Tensor tensor, StoredType type) {
        try (TensorScope ignored = TensorScope.open()) {
            if (!tensor.isfinite().all().item_bool()) {
                throw new IllegalArgumentException("weights must be finite in the type they are stored in, but " + key
                        + " of " + file + " is not in " + Spelling.word(type)
                        + "; export as float32 or bfloat16");
            }
        }
    }
}
