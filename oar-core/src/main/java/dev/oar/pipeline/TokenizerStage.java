package dev.oar.pipeline;

import dev.oar.checkpoint.Safetensors;
import dev.oar.config.RecipeWriter;
import dev.oar.data.ImageFolder;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.PixelTensors;
import dev.oar.tokenizer.ReconstructionReport;
import dev.oar.tokenizer.VqTokenizer;
import dev.oar.train.TokenizerTraining;
import dev.oar.train.TrainingConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Trains the tokenizer and measures its reconstructions of the test images. */
final class TokenizerStage extends Stage {
    static final String FILE = "tokenizer.safetensors";
    static final String PSNR = "test psnr";
    static final String USED_CODES = "used codes";
    static final String PERPLEXITY = "code perplexity";
    private static final int BATCH = 32;

    TokenizerStage(RunContext context) {
        super(context, StageName.TOKENIZER, List.of());
    }

    @Override
    String settings() throws IOException {
        return RecipeWriter.write(recipe().tokenizer()) + context().imagesFingerprint();
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        Recipe.TokenizerSection section = recipe().tokenizer();
        ImageFolder images = context().images();
        images.preload();
        TrainingConfig training = section.training();
        try (VqTokenizer tokenizer = VqTokenizer.initialise(section.network(), training.seed());
                TokenizerTraining task =
                        new TokenizerTraining(tokenizer, images, section.loss(), section.codebookUsage(), training)) {
            StageTraining.train(this, training, task, directory, FILE);
        }
        ReconstructionReport report = measure(images, directory);
        context()
                .listener()
                .note(String.format(
                        java.util.Locale.ROOT,
                        "reconstruction of %d test images, each weighing the same: PSNR %.2f dB per image,"
                                + " %.0f %% of the codes used, perplexity %.0f",
                        report.images(),
                        report.peakSignalToNoiseRatio(),
                        100 * report.usedCodes(),
                        report.perplexity()));
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put(PSNR, Double.toString(report.peakSignalToNoiseRatio()));
        outputs.put(USED_CODES, Double.toString(report.usedCodes()));
        outputs.put(PERPLEXITY, Double.toString(report.perplexity()));
        return outputs;
    }

    @Override
    Map<String, Path> weights() throws IOException {
        return Map.of("tokenizer", file(FILE));
    }

    /** The trained tokenizer; close it after use. */
    VqTokenizer tokenizer() throws IOException {
        return new VqTokenizer(recipe().tokenizer().network(), Safetensors.weights(file(FILE)));
    }

    private ReconstructionReport measure(ImageFolder images, Path directory) throws IOException {
        int[] test = images.testIndices().length > 0 ? images.testIndices() : images.trainIndices();
        try (VqTokenizer tokenizer =
                new VqTokenizer(recipe().tokenizer().network(), Safetensors.weights(directory.resolve(FILE)))) {
            ReconstructionReport.Builder builder = ReconstructionReport.of(tokenizer);
            for (int from = 0; from < test.length; from += BATCH) {
                List<dev.oar.image.RgbImage> batch = new ArrayList<>();
                for (int i = from; i < Math.min(from + BATCH, test.length); i++) {
                    batch.add(images.pixels(test[i]));
                }
                TensorScope.run(() -> Tensors.runWithoutGradient(() -> builder.add(PixelTensors.of(batch))));
            }
            return builder.build();
        }
    }
}
