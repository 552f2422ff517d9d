package dev.oar.testing;

import dev.oar.artifact.Arm;
import dev.oar.artifact.ModelFolder;
import dev.oar.artifact.ModelManifest;
import dev.oar.artifact.WeightSource;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.checkpoint.Safetensors;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.FrozenEncoder;
import dev.oar.model.LearnedEncoder;
import dev.oar.model.LlamaGenGptConfig;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.model.TrainedOrders;
import dev.oar.model.TransformerConfig;
import dev.oar.model.TransformerConfig.Formulation;
import dev.oar.tensor.LibTorch;
import dev.oar.tensor.Weights;
import dev.oar.text.BytePairTokenizer;
import dev.oar.tokenizer.AttentionPlacement;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.tokenizer.VqTokenizerConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.global.torch;

/** A model folder of random weights, the output's too, so that images differ: 8 x 8 pixels, 4 x 4 cells, two classes. */
public final class TinyModelFolder {
    private static final VqTokenizerConfig TOKENIZER =
            new VqTokenizerConfig(8, 8, List.of(1, 1), 1, 8, 16, 4, true, AttentionPlacement.NONE, 4);
    private static final TransformerConfig TRANSFORMER =
            TransformerConfig.of(Formulation.POSITION_INSTRUCTION, 32, 2, 4);

    private TinyModelFolder() {}

    /** Writes the folder. */
    public static void write(Path folder) throws IOException {
        write(folder, TRANSFORMER);
    }

    /** Writes a folder of a model that draws from captions of up to 12 tokens. */
    public static void writeCaptioned(Path folder) throws IOException {
        writeCaptioned(folder, CaptionConditioning.TooLong.REFUSE);
    }

    /** The same, told what becomes of longer ones. */
    public static void writeCaptioned(Path folder, CaptionConditioning.TooLong tooLong) throws IOException {
        Files.createDirectories(folder);
        BytePairTokenizer.train(List.of("a green cat and a red dog", "a red cat", "a green dog"), 300)
                .write(folder.resolve(ModelFolder.CAPTION_TOKENIZER));
        write(
                folder,
                TRANSFORMER.conditionedOn(new CaptionConditioning(12, tooLong, new LearnedEncoder(300, 16, 1, 2, 2))));
    }

    /**
     * Writes a folder of a model that draws from captions of up to 12 tokens by a frozen encoder of width 8.
     *
     * @param raster whether it is LlamaGen's, which draws in raster order
     * @param source where the encoder is; blank for nowhere
     */
    public static void writeFrozen(Path folder, boolean raster, String source) throws IOException {
        CaptionConditioning sizes = CaptionConditioning.frozen(12, 8);
        if (!source.isBlank()) {
            sizes = sizes.withEncoder(new FrozenEncoder(8).withSource(source));
        }
        write(folder, raster ? LlamaGenGptConfig.of(32, 2, 4).conditionedOn(sizes) : TRANSFORMER.conditionedOn(sizes));
    }

    private static void write(Path folder, ModelConfig sizes) throws IOException {
        LibTorch.load();
        Files.createDirectories(folder);
        ModelManifest unnamed = new ModelManifest(
                1, "tiny", "Random pictures.", "CC0-1.0", "", List.of("cats", "dogs"), TOKENIZER, sizes, Map.of());
        Map<String, String> fingerprints = new LinkedHashMap<>();
        try (VqTokenizer tokenizer = VqTokenizer.initialise(TOKENIZER, 1);
                Weights transformer = weights(sizes, unnamed.space())) {
            Path first = folder.resolve(ModelFolder.TOKENIZER);
            Safetensors.write(first, tokenizer.weights().asMap(), Map.of());
            Arm arm = sizes.trainedOrders() == TrainedOrders.ANY ? Arm.ANY_ORDER : Arm.RASTER;
            Path second = folder.resolve(ModelFolder.fileName(arm));
            Safetensors.write(second, transformer.asMap(), Map.of());
            for (Path file : List.of(first, second)) {
                fingerprints.put(file.getFileName().toString(), Fingerprint.ofFile(file));
            }
        }
        Files.writeString(folder.resolve(ModelFolder.MEAN_RANKS), meanRanks());
        ModelFolder.create(folder, unnamed.withFingerprints(fingerprints));
    }

    private static Weights weights(ModelConfig sizes, TokenSpace space) {
        if (!(sizes instanceof TransformerConfig config)) {
            return new WeightSource.Random(2).weights(sizes.shapes(space));
        }
        try (AnyOrderTransformer transformer = TinyModels.transformer(config, space, 2, torch.ScalarType.Float)) {
            return transformer.weights().copy();
        }
    }

    /** Mean ranks by which cats are drawn from the last cell to the first, and dogs the other way round. */
    private static String meanRanks() {
        String falling =
                IntStream.range(0, 16).mapToObj(i -> Integer.toString(15 - i)).collect(Collectors.joining(","));
        String rising = IntStream.range(0, 16).mapToObj(Integer::toString).collect(Collectors.joining(","));
        return "{\"format\": \"oar-mean-ranks\", \"version\": 1, \"grid\": {\"height\": 4, \"width\": 4},"
                + " \"classes\": [\"cats\", \"dogs\"], \"ranks\": [[" + falling + "], [" + rising + "]],"
                + " \"overall\": [" + rising + "]}";
    }
}
