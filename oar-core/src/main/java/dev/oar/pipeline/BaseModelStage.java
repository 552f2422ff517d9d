package dev.oar.pipeline;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.Weights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Takes the any-order model of the base model; nothing is pretrained. */
final class BaseModelStage extends AnyOrderStage {
    private final BaseModel base;

    BaseModelStage(RunContext context, BaseModel base, TokensStage tokens) {
        super(context, List.of(tokens));
        this.base = base;
    }

    @Override
    String settings() throws IOException {
        return "of a base model " + base.fingerprint(ModelFolder.fileName(arm()));
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        base.verify(ModelFolder.fileName(arm()));
        Optional<CaptionConditioning> captions = config().captions();
        if (captions.isPresent() && captions.get().frozen().isPresent()) {
            FrozenCaptions.take(this, captions.get(), base.trainedSource(), directory);
        }
        context().listener().note("the any-order model of " + base.manifest().name() + " is used as it is");
        return Map.of("fingerprint", Fingerprint.ofFile(weightsFile()));
    }

    @Override
    ModelConfig config() throws IOException {
        return FrozenCaptions.placed(base.manifest().transformer(), base.path());
    }

    @Override
    public Path weightsFile() {
        return base.file(ModelFolder.fileName(arm()));
    }

    @Override
    TokenSpace space() {
        return base.manifest().space();
    }

    @Override
    Path captionTokenizerFile() {
        return base.file(ModelFolder.CAPTION_TOKENIZER);
    }

    @Override
    Weights readWeights() throws IOException {
        return base.weights();
    }
}
