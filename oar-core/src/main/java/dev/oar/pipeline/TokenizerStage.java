package dev.oar.pipeline;

import dev.oar.data.ImageFolder;
import dev.oar.data.ReadAhead;
import dev.oar.image.RgbImage;
import dev.oar.tensor.TensorScope;
import dev.oar.tensor.Tensors;
import dev.oar.tokenizer.ImageTokenizer;
import dev.oar.tokenizer.PixelTensors;
import dev.oar.tokenizer.ReconstructionReport;
import dev.oar.tokenizer.TokenizerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A stage behind which there is a tokenizer, measured by its reconstructions of the test images. */
abstract class TokenizerStage extends Stage {
    static final String PSNR = "test psnr";
    static final String USED_CODES = "used codes";
    static final String PERPLEXITY = "code perplexity";

    TokenizerStage(RunContext context, List<Stage> needs) {
        super(context, StageName.TOKENIZER, needs);
    }

    /** The sizes of the tokenizer. */
    abstract TokenizerConfig config() throws IOException;

    /** Its weights. */
    abstract Path weightsFile() throws IOException;

    /** The tokenizer; close it after use. */
    abstract ImageTokenizer tokenizer() throws IOException;

    @Override
    final Map<String, Path> weights() throws IOException {
        return Map.of("tokenizer", weightsFile());
    }

    /** Measures reconstructions of the test images, or of the training images where there are none; tells and returns the figures. */
    final Map<String, String> measure(ImageTokenizer tokenizer) throws IOException {
        ReconstructionReport report = reconstructions(tokenizer);
        context()
                .listener()
                .note(String.format(
                        Locale.ROOT,
                        "reconstruction of %d %s images, each weighing the same: PSNR %.2f dB per image,"
                                + " %.0f %% of the codes used, perplexity %.0f",
                        report.images(),
                        context().images().testIndices().length > 0 ? "test" : "training",
                        report.peakSignalToNoiseRatio(),
                        100 * report.usedCodes(),
                        report.perplexity()));
        Map<String, String> outputs = new LinkedHashMap<>();
        outputs.put(PSNR, Double.toString(report.peakSignalToNoiseRatio()));
        outputs.put(USED_CODES, Double.toString(report.usedCodes()));
        outputs.put(PERPLEXITY, Double.toString(report.perplexity()));
        return outputs;
    }

    private ReconstructionReport reconstructions(ImageTokenizer tokenizer) throws IOException {
        ImageFolder images = context().images();
        int[] test = images.testIndices().length > 0 ? images.testIndices() : images.trainIndices();
        ReconstructionReport.Builder builder = ReconstructionReport.of(tokenizer);
        int batchSize = ImageBatches.size(recipe().data().imageSize());
        try (ReadAhead<RgbImage> ahead = ReadAhead.of(images, test, 2 * batchSize)) {
            for (int from = 0; from < test.length; from += batchSize) {
                List<RgbImage> batch = new ArrayList<>();
                for (int i = from; i < Math.min(from + batchSize, test.length); i++) {
                    batch.add(ahead.take(i));
                }
                TensorScope.run(() -> Tensors.runWithoutGradient(() -> builder.add(PixelTensors.of(batch))));
                progress("reconstructions", Math.min(from + batchSize, test.length), test.length);
            }
        }
        return builder.build();
    }
}
