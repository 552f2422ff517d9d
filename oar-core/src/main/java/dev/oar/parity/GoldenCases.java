package dev.oar.parity;

import dev.oar.file.CorruptFileException;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Compares this implementation with reference numbers of every kind that it knows. */
public final class GoldenCases {
    private static final Map<String, GoldenCase> KINDS = new TreeMap<>(Map.ofEntries(
            Map.entry("arpg", new ArpgCase()),
            Map.entry("center-crop", new CenterCropCase()),
            Map.entry("checkpoint-formats", new CheckpointFormatsCase()),
            Map.entry("clip-text-encoder", new ClipTextEncoderCase()),
            Map.entry("inception", new InceptionCase()),
            Map.entry("llamagen-gpt", new LlamaGenGptCase()),
            Map.entry("llamagen-t2i", new LlamaGenTextCase()),
            Map.entry("llamagen-vq", new LlamaGenVqCase()),
            Map.entry("lpips", new LpipsCase()),
            Map.entry("maskgit-vq", new MaskGitVqCase()),
            Map.entry("metrics", new MetricsCase()),
            Map.entry("patch-discriminator", new PatchDiscriminatorCase()),
            Map.entry("randar", new RandArCase()),
            Map.entry("randar-extrapolation", new RandArExtrapolationCase()),
            Map.entry("randar-known-tokens", new RandArKnownTokensCase()),
            Map.entry("randar-train", new RandArTrainCase()),
            Map.entry("rar", new RarCase()),
            Map.entry("sampling", new SamplingCase()),
            Map.entry("schedules", new SchedulesCase()),
            Map.entry("t5-encoder", new T5EncoderCase()),
            Map.entry("tokenizer", new TokenizerCase())));

    private GoldenCases() {}

    /** The kinds of cases that can be compared. */
    public static Set<String> kinds() {
        return Set.copyOf(KINDS.keySet());
    }

    /**
     * Compares a folder by its kind and tolerances.
     *
     * @return at least one comparison; one that fails for every stored tensor that was passed over
     * @throws CorruptFileException if the folder lacks something, is of an unknown kind, or has a setting that the comparison does not use
     */
    public static List<Comparison> compare(Path path) throws IOException {
        LibTorch.load();
        GoldenFolder folder = GoldenFolder.open(path);
        GoldenCase kind = KINDS.get(folder.kind());
        if (kind == null) {
            throw new CorruptFileException(path.resolve(GoldenFolder.CONFIG) + " must be of a kind that is known ("
                    + String.join(", ", KINDS.keySet()) + "), but is of kind '" + folder.kind() + "'; correct it");
        }
        GoldenRun run = new GoldenRun(folder);
        try (TensorScope ignored = TensorScope.open()) {
            kind.compare(run);
        }
        return run.finish();
    }
}
