package dev.oar.pipeline;

import dev.oar.artifact.ModelFolder;
import dev.oar.checkpoint.Fingerprint;
import dev.oar.model.CaptionConditioning;
import dev.oar.model.LearnedEncoder;
import dev.oar.model.ModelConfig;
import dev.oar.model.TokenSpace;
import dev.oar.tensor.Weights;
import dev.oar.text.BytePairTokenizer;
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
        String words = readsCaptions() ? base.fingerprint(ModelFolder.CAPTION_TOKENIZER) : "";
        return "of a base model " + base.fingerprint(ModelFolder.fileName(arm())) + words;
    }

    @Override
    Map<String, String> run(Path directory) throws IOException {
        base.verify(ModelFolder.fileName(arm()));
        if (readsCaptions()) {
            base.verify(ModelFolder.CAPTION_TOKENIZER);
        }
        Optional<CaptionConditioning> captions = config().captions();
        if (captions.isPresent() && captions.get().frozen().isPresent()) {
            FrozenCaptions.take(this, captions.get(), base.trainedSource(), directory);
        }
        context().listener().note("the any-order model of " + base.manifest().name() + " is used as it is");
        return Map.of("fingerprint", Fingerprint.ofFile(weightsFile()));
    }

    private boolean readsCaptions() throws IOException {
        return config().captions()
                .filter(captions -> captions.frozen().isEmpty())
                .isPresent();
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
    BytePairTokenizer words(LearnedEncoder encoder) throws IOException {
        base.verify(ModelFolder.CAPTION_TOKENIZER);
        return BytePairTokenizer.read(captionTokenizerFile());
    }

    @Override
    Weights readWeights() throws IOException {
        return base.weights();
    }
}
