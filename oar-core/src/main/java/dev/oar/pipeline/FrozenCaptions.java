package dev.oar.pipeline;

import dev.oar.artifact.CaptionFeatures;
import dev.oar.artifact.CaptionSourceFile;
import dev.oar.artifact.FrozenCaptionReader;
import dev.oar.checkpoint.FullPath;
import dev.oar.data.Split;
import dev.oar.file.CorruptFileException;
import dev.oar.hub.HubListener;
import dev.oar.hub.HubReference;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.CaptionEmbeddings;
import dev.oar.model.FrozenEncoder;
import dev.oar.model.ModelConfig;
import dev.oar.model.TransformerConfig;
import dev.oar.text.TextEncoderFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a frozen text encoder makes of the captions of a run, taken once into the folder of the stage that leaves the any-order model:
 *
 * <pre>
 * caption-source.json    of which encoder ({@link CaptionSourceFile})
 * captions/train/        {@link CaptionFeatures} of the different captions of the training images
 * captions/test/         the same of the test images, if there are any
 * </pre>
 */
final class FrozenCaptions {
    private static final String FOLDER = "captions";

    private FrozenCaptions() {}

    /**
     * The same sizes with an encoder that is found from anywhere: its folder by its full path.
     *
     * @param base what a relative path starts from
     */
    static ModelConfig placed(ModelConfig config, Path base) throws IOException {
        Optional<FrozenEncoder> encoder = config.captions().flatMap(CaptionConditioning::frozen);
        Optional<String> source = encoder.flatMap(FrozenEncoder::source);
        if (source.isEmpty()
                || HubReference.isReference(source.get())
                || !(config instanceof TransformerConfig sizes)) {
            return config;
        }
        String full = FullPath.of(base.resolve(source.get())).toString();
        return sizes.conditionedOn(
                config.captions().get().withEncoder(encoder.get().withSource(full)));
    }

    /**
     * Checks an encoder that lies in a folder, before hours are spent on other stages.
     *
     * @param placed what the model takes, its encoder with a full path
     * @throws IllegalArgumentException if it is not of the width that the model takes
     * @throws CorruptFileException if there is none
     */
    static void requireEncoder(CaptionConditioning placed) throws IOException {
        Optional<String> source = placed.frozen().flatMap(FrozenEncoder::source);
        if (source.isPresent() && !HubReference.isReference(source.get())) {
            FrozenCaptionReader.open(placed, new TextEncoderFiles(Path.of(source.get())), Optional.empty())
                    .close();
        }
    }

    /**
     * Takes the features of all captions of the images that are not there yet.
     *
     * @param placed what the model takes, its encoder with a full path
     * @param trained what the model was trained with, if it has been trained
     * @throws IllegalArgumentException if an image has no caption, one is too long, or the encoder is not the model's
     */
    static void take(Stage stage, CaptionConditioning placed, Optional<CaptionFeatures.Source> trained, Path directory)
            throws IOException {
        TextEncoderFiles files = files(stage, placed);
        try (FrozenCaptionReader reader = FrozenCaptionReader.open(placed, files, trained)) {
            for (Split split : Split.values()) {
                reader.require(captions(stage.context(), split), Optional.empty());
            }
            CaptionFeatures.Source source = reader.source();
            for (Split split : Split.values()) {
                List<String> captions = captions(stage.context(), split);
                if (!captions.isEmpty()) {
                    take(stage, reader, source, captions, split, directory);
                }
            }
            CaptionSourceFile.write(directory.resolve(CaptionSourceFile.NAME), source);
        }
    }

    private static void take(
            Stage stage,
            FrozenCaptionReader reader,
            CaptionFeatures.Source source,
            List<String> captions,
            Split split,
            Path directory)
            throws IOException {
        Path folder = folder(directory, split);
        String activity = "captions of " + split.label() + " images";
        CaptionFeatures features;
        try {
            features = opened(folder, source, captions);
            stage.progress(activity, captions.size(), captions.size());
        } catch (CorruptFileException missing) {
            features = reader.write(folder, captions, done -> stage.progress(activity, done, captions.size()));
        }
        if (features.cutCount() > 0) {
            stage.context()
                    .listener()
                    .note(features.cutCount() + " of " + captions.size() + " captions of " + split.label()
                            + " images are longer than conditioning.length " + source.maximumLength()
                            + " and are cut");
        }
    }

    private static TextEncoderFiles files(Stage stage, CaptionConditioning placed) throws IOException {
        String source = placed.frozen()
                .flatMap(FrozenEncoder::source)
                .orElseThrow(
                        () -> new IllegalArgumentException("a run on captions needs the text encoder of its model, but"
                                + " conditioning.encoder names no source; name a folder or hf://OWNER/REPO"));
        return TextEncoderFiles.find(source, Path.of(""), new HubListener() {
            @Override
            public void progress(HubReference fetched, long done, long total) {
                stage.progress("fetching " + fetched.path(), done, total);
            }

            @Override
            public void note(String line) {
                stage.context().listener().note(line);
            }
        });
    }

    /**
     * What has been taken of the captions of a side of the split.
     *
     * @throws CorruptFileException if it is missing, damaged, of another encoder or of other captions
     */
    static CaptionEmbeddings read(RunContext context, Split split, Path directory) throws IOException {
        CaptionFeatures.Source source = CaptionSourceFile.read(directory.resolve(CaptionSourceFile.NAME));
        return opened(folder(directory, split), source, captions(context, split))
                .embeddings();
    }

    private static CaptionFeatures opened(Path folder, CaptionFeatures.Source source, List<String> captions)
            throws IOException {
        CaptionFeatures features = CaptionFeatures.open(folder);
        features.requireSource(source);
        features.requireCaptions(captions);
        return features;
    }

    private static List<String> captions(RunContext context, Split split) throws IOException {
        return FrozenCaptionReader.clean(context.captions(split).captions());
    }

    private static Path folder(Path directory, Split split) {
        return directory.resolve(FOLDER).resolve(split.label());
    }
}
