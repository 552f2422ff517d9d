package dev.oar.pipeline;

import dev.oar.artifact.Arm;
import dev.oar.artifact.CaptionSourceFile;
import dev.oar.artifact.LearnedCaptionReader;
import dev.oar.artifact.ModelFolder;
import dev.oar.data.Split;
import dev.oar.file.CorruptFileException;
import dev.oar.model.AnyOrderModel;
import dev.oar.model.AnyOrderTransformer;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.Captions;
import dev.oar.model.LearnedEncoder;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.Weights;
import dev.oar.text.BytePairTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A stage behind which there is the any-order model that orders are extracted from and both arms are fine-tuned from. */
abstract class AnyOrderStage extends Stage implements ArmStage {
    AnyOrderStage(RunContext context, List<Stage> needs) {
        super(context, StageName.PRETRAINING, needs);
    }

    /** The sizes of the model, and of everything fine-tuned from it; a frozen text encoder is named by its full path. */
    abstract ModelConfig config() throws IOException;

    /** What the transformers predict. */
    abstract TokenSpace space() throws IOException;

    /** The file of the tokenizer of captions; read only where the model has learned to read captions. */
    abstract Path captionTokenizerFile() throws IOException;

    /** The weights of the model; close them after use. They may be mapped from their file and must not be written to. */
    abstract Weights readWeights() throws IOException;

    /** As {@link #readWeights}, but weights that may be written to. */
    Weights ownWeights() throws IOException {
        try (Weights mapped = readWeights()) {
            return mapped.copy();
        }
    }

    /** The tokenizer of captions that the model has learned or will learn to read; the same whenever it is asked for. */
    abstract BytePairTokenizer words(LearnedEncoder encoder) throws IOException;

    /**
     * Checks, unless the stage is complete and before hours are spent on others, that all captions can be drawn from: that the model takes
     * them, or that a frozen text encoder that lies in a folder is there and fits.
     */
    final void requireCaptions() throws IOException {
        Optional<CaptionConditioning> sizes = config().captions();
        if (sizes.isEmpty() || directory().marker().isPresent()) {
            return;
        }
        if (sizes.get().encoder() instanceof LearnedEncoder encoder) {
            requireReadable(sizes.get(), words(encoder));
        } else {
            FrozenCaptions.requireEncoder(sizes.get());
        }
    }

    private void requireReadable(CaptionConditioning sizes, BytePairTokenizer words) throws IOException {
        List<String> all = new ArrayList<>();
        for (Split split : Split.values()) {
            all.addAll(context().captions(split).captions());
        }
        try (LearnedCaptionReader reader = new LearnedCaptionReader(sizes, words)) {
            reader.require(all, Optional.empty());
            long cut = reader.cut(all);
            if (cut > 0) {
                context()
                        .listener()
                        .note(cut + " of " + all.size() + " captions are longer than conditioning.length "
                                + sizes.length() + " and are cut");
            }
        }
    }

    /** The files that a model folder needs beside weights to draw from captions, by their names there. */
    final Map<String, Path> captionFiles() throws IOException {
        Optional<CaptionConditioning> sizes = config().captions();
        if (sizes.isEmpty()) {
            return Map.of();
        }
        return sizes.get().frozen().isPresent()
                ? Map.of(CaptionSourceFile.NAME, file(CaptionSourceFile.NAME))
                : Map.of(ModelFolder.CAPTION_TOKENIZER, captionTokenizerFile());
    }

    /**
     * A model of these sizes with other weights, which it owns.
     *
     * @param split whose captions are its conditions, if it draws from captions
     */
    final AnyOrderModel create(Weights weights, Split split) throws IOException {
        AnyOrderModel model = (AnyOrderModel) config().create(space(), weights);
        Optional<CaptionConditioning> sizes = config().captions();
        if (sizes.isEmpty()) {
            return model;
        }
        Captions captions;
        try {
            captions = captions(sizes.get(), split);
        } catch (IOException | RuntimeException e) {
            model.close();
            throw e;
        }
        return ((AnyOrderTransformer) model).conditionedOn(captions);
    }

    private Captions captions(CaptionConditioning sizes, Split split) throws IOException {
        if (sizes.frozen().isEmpty()) {
            try (LearnedCaptionReader reader =
                    new LearnedCaptionReader(sizes, BytePairTokenizer.read(captionTokenizerFile()))) {
                return reader.read(context().captions(split).captions(), Optional.empty());
            }
        }
        try {
            return FrozenCaptions.read(context(), split, directory().path());
        } catch (CorruptFileException e) {
            throw unusable(e);
        }
    }

    @Override
    public final AnyOrderModel model(Split split) throws IOException {
        return create(readWeights(), split);
    }

    @Override
    final Map<String, Path> weights() throws IOException {
        return Map.of(arm().label(), weightsFile());
    }

    @Override
    public final Arm arm() {
        return Arm.ANY_ORDER;
    }
}
